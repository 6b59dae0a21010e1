const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `True` for what has "yes" or "true" anywhere, `False` for "no" or "false", and so for "none" and `\not`. */
export function readBoolean(text: string): 'True' | 'False' | undefined {
  const lower = text.toLowerCase().trim().replaceAll('noindent', '');
  if (lower.includes('yes') || lower.includes('true')) return 'True';
  return lower.includes('no') || lower.includes('false') ? 'False' : undefined;
}

/** The day that one word begins like: "mon", and also "month". */
export function readWeekday(text: string): string | undefined {
  const lower = text.toLowerCase().trim();
  if (lower.includes(' ')) return undefined;
  return weekdays.find((day) => lower.startsWith(day.slice(0, 3).toLowerCase()));
}
