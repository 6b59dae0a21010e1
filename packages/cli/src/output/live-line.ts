/** A display on standard error: lines that are rewritten on a terminal, a line now and then elsewhere. */
export interface LiveLine {
  /** The room of the terminal; undefined where there is none. */
  readonly getRoom: () => Room | undefined;
  /** `below` is shown on a terminal only, under the text, and not left standing. */
  readonly update: (text: string, below?: readonly string[]) => void;
  /** A message of its own, above the line. */
  readonly say: (text: string) => void;
  /** Leaves the last text standing. */
  readonly end: () => void;
}

export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** Logs are read by people afterwards: a line every ten seconds is enough. */
const logEveryMs = 10_000;

export function createLiveLine(stderr: typeof process.stderr = process.stderr): LiveLine {
  const isLive = stderr.isTTY === true;
  let shown: readonly string[] = [];
  let lastLogMs = performance.now();
  let last: string | undefined;
  const getRoom = (): Room => ({ columns: Math.max(20, (stderr.columns ?? 80) - 1), rows: stderr.rows ?? 24 });
  const clear = (): void => {
    if (shown.length === 0) return;
    // A terminal that became narrower has broken what was written into more rows.
    const columns = stderr.columns ?? 80;
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    stderr.write(`\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(rows - 1)}`);
    shown = [];
  };
  return {
    getRoom: () => (isLive ? getRoom() : undefined),
    update: (text, below = []) => {
      last = text;
      if (isLive) {
        clear();
        const { columns, rows } = getRoom();
        // What does not fit on the screen cannot be taken back.
        shown = [text, ...below].slice(0, Math.max(1, rows - 1)).map((line) => line.slice(0, columns));
        stderr.write(shown.join('\n'));
      } else if (performance.now() - lastLogMs >= logEveryMs) {
        lastLogMs = performance.now();
        stderr.write(`${text}\n`);
      }
    },
    say: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    end: () => {
      clear();
      if (last !== undefined) stderr.write(`${last}\n`);
      last = undefined;
    },
  };
}
