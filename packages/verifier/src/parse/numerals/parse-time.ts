import type { Form } from '../reader.ts';
import type { TimeValue } from '../values.ts';

/** The end of every time that is no ratio: `a.m.`, noon, midnight, o'clock. */
const ending = /[mntk][.\s}]*$/i;

const half = /^(?:\\text\{)?\s?([ap])\.?\s?m\.?\}?$/i;

/** `3:30 p.m.`, `9 a.m.`, `15:30:20`, `15:30 \text{ hours}`, noon. Without a half of the day `3:30` is a ratio first. */
export const parseTime: Form = (text) => {
  if (!ending.test(text)) return undefined;
  const bare = text
    .replace(/^(?:\\text\{|at )/, '')
    .replace(/(\d)\s?\\text\{(.*)\}$/, '$1 $2')
    .replace(/\}$/, '');
  if (/^(?:12 ?)?noon$/i.test(bare)) return { kind: 'time', seconds: 43200, half: 'pm' };
  if (/^(?:12 ?)?midnight$/i.test(bare)) return { kind: 'time', seconds: 0, half: 'am' };
  const match = /^(\d{1,2}(?:: ?\d{2}){0,2}) ?(.*)$/.exec(bare);
  if (match === null) return undefined;
  const [, clock, rest] = match as unknown as [string, string, string];
  const found = half.exec(rest);
  if (found === null) return /^o'clock$/.test(rest) ? (readClock(`${clock}:00`) ?? undefined) : undefined;
  const time = readClock(clock.includes(':') ? clock : `${clock}:00`);
  if (time === null || time.seconds < 3600 || time.seconds >= 13 * 3600) return null;
  const isAfternoon = found[1] === 'p' || found[1] === 'P';
  return { kind: 'time', seconds: (time.seconds % 43200) + (isAfternoon ? 43200 : 0), half: isAfternoon ? 'pm' : 'am' };
};

/** `15:30` as hours and minutes; null where it can be none. From 13 on, and with a leading zero, the half is known. */
export function readClock(text: string): TimeValue | null {
  const match = /^(\d{1,2}): ?(\d{2})(?:: ?(\d{2}))?$/.exec(text);
  if (match === null) return null;
  const [hours, minutes, seconds] = [1, 2, 3].map((i) => Number(match[i] ?? 0)) as [number, number, number];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const known = hours >= 13 ? 'pm' : hours === 0 ? 'am' : null;
  return { kind: 'time', seconds: hours * 3600 + minutes * 60 + seconds, half: known };
}
