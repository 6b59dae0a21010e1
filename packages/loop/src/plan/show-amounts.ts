/** `12.3 GB`: three figures, in the unit that fits. */
export function showBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${showFigures(bytes / 1000 ** step)} ${units[step]}`;
}

/** `12.3M`: three figures and a letter, as counts of tokens and requests are said. */
export function showCount(count: number): string {
  const letters = ['', 'K', 'M', 'B', 'T'];
  const step = count < 1000 ? 0 : Math.min(letters.length - 1, Math.floor(Math.log10(count) / 3));
  return `${showFigures(count / 1000 ** step)}${letters[step]}`;
}

/** `251`, `38.4`, `0.4`: an amount of hours or dollars; what is less than a tenth is `<0.1`. */
export function showAmount(amount: number): string {
  if (amount === 0) return '0';
  if (amount < 0.1) return '<0.1';
  return amount >= 100 ? Math.round(amount).toLocaleString('en-US') : amount.toFixed(1);
}

function showFigures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
