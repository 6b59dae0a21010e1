/** A display on standard error: one line that is rewritten on a terminal, a line now and then elsewhere. */
export interface LiveLine {
  readonly update: (text: string) => void;
  /** A message of its own, above the line. */
  readonly say: (text: string) => void;
  /** Leaves the last line standing. */
  readonly end: () => void;
}

/** Logs are read by people afterwards: a line every ten seconds is enough. */
const logEveryMs = 10_000;

export function createLiveLine(): LiveLine {
  const { stderr } = process;
  const isLive = stderr.isTTY === true;
  let hasLine = false;
  let lastLogMs = performance.now();
  let last: string | undefined;
  const clear = (): void => {
    if (hasLine) stderr.write('\r\u001b[2K');
    hasLine = false;
  };
  return {
    update: (text) => {
      last = text;
      if (isLive) {
        clear();
        stderr.write(text.slice(0, Math.max(20, (stderr.columns ?? 80) - 1)));
        hasLine = true;
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
