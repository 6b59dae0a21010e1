const year = '(?<Y>\\d{4})';
const month = '(?<m>1[0-2]|0[1-9]|[1-9])';
const day = '(?<d>3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])';
const hour = '(?<H>2[0-3]|[01]\\d|\\d)';
const hourOfHalf = '(?<I>1[0-2]|0[1-9]|[1-9])';
const minute = '(?<M>[0-5]\\d|\\d)';
const second = '(?<S>6[01]|[0-5]\\d|\\d)';

const dates = [
  `${year}-${month}-${day}`,
  `${day}/${month}/${year}`,
  `${month}/${day}/${year}`,
  `${year}/${month}/${day}`,
];
const halves = '(?<p>am|pm)';

/** In the order in which they are tried. */
const formats: readonly RegExp[] = [
  ...dates,
  ...dates.map((date) => `${date}\\s+${hour}:${minute}:${second}`),
  ...dates.map((date) => `${date}\\s+${hour}:${minute}`),
  ...[`${hour}:${minute}:${second}`, `${hour}:${minute}`],
  ...[`${hourOfHalf}:${minute}:${second}\\s+${halves}`, `${hourOfHalf}:${minute}\\s+${halves}`],
].map((format) => new RegExp(`^${format}$`, 'i'));

/** A date or a time of day in one spelling: `3:30 PM` and `15:30:00` are the same. Undefined for everything else. */
export function readDateTime(text: string): string | undefined {
  for (const format of formats) {
    const groups = format.exec(text)?.groups;
    const read = groups && writeDateTime(groups);
    if (read !== undefined) return read;
  }
  return undefined;
}

function writeDateTime(groups: Readonly<Record<string, string | undefined>>): string | undefined {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const isDate = groups.Y !== undefined;
  const isTime = groups.M !== undefined;
  const [y, m, d] = [Number(groups.Y), Number(groups.m), Number(groups.d)];
  if (isDate && (y < 1 || d > new Date(Date.UTC(2000 + (y % 400), m, 0)).getUTCDate())) return undefined;
  const seconds = Number(groups.S ?? 0);
  // 60 and 61 are read and then refused.
  if (isTime && seconds > 59) return undefined;
  const noon = groups.p === undefined ? 0 : groups.p.toLowerCase() === 'pm' ? 12 : 0;
  const hours = groups.H === undefined ? (Number(groups.I) % 12) + noon : Number(groups.H);
  const date = `${y}-${pad(m)}-${pad(d)}`;
  const time = `${pad(hours)}:${pad(Number(groups.M))}:${pad(seconds)}`;
  if (isDate && isTime) return `${date} ${time}`;
  return isDate ? date : time;
}
