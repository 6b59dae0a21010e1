import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { JudgeSettings } from '../backends/backend.ts';
import { makeHostEnvironment } from '../backends/host-environment.ts';
import { SandboxError } from '../errors.ts';
import type { PythonInterpreter } from '../python/find-python.ts';
import { checkerFile, pythonSwitches } from '../python/python-files.ts';
import { removeJudgeFolder } from './judge-folder.ts';

export interface JudgeInput {
  readonly python: PythonInterpreter;
  readonly settings: JudgeSettings;
  /** Removed when the judge has ended. */
  readonly folder: string | undefined;
}

/** How a judge was lost: it ended, did not answer in time, or answered what is no answer. */
export type JudgeLoss = 'ended' | 'hung' | 'nonsense';

export class JudgeLostError extends Error {
  readonly loss: JudgeLoss;
  /** How long the program had run. */
  ms = 0;

  constructor(loss: JudgeLoss, message: string) {
    super(message);
    this.loss = loss;
  }
}

/** Starting takes a fifth of a second; a machine under load may take long. */
const startMs = 60_000;
/** A judge that has nothing to do ends at the end of its input. */
const endMs = 2_000;
/** How long its pipes may stay open after it. */
const drainMs = 1_000;
/** No answer is longer, in characters. */
const longestLine = 16 * 2 ** 20;
const keptErrors = 8_192;

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: JudgeLostError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Two Python processes that judge one program after the other: the checker, and the program host that it starts. */
export class Judge {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #folder: string | undefined;
  readonly #ended: Promise<void>;
  #waiting: Waiting | undefined;
  #partial: string[] = [];
  #partialLength = 0;
  #errors = '';
  #hasEnded = false;
  /** Programs that it was asked about. */
  checked = 0;

  private constructor({ python, settings, folder }: JudgeInput) {
    this.#folder = folder;
    // A group of its own: a Ctrl-C in the terminal is for Node to hear, and all of it can be ended at once.
    const child = spawn(python.executable, [...pythonSwitches, checkerFile, JSON.stringify(settings)], {
      env: makeHostEnvironment(python),
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      const end = (why: string): void => {
        if (this.#hasEnded) return;
        this.#hasEnded = true;
        this.#lose('ended', why);
        resolve();
      };
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => {
        const why = signal === null ? `exit code ${code}` : `ended by ${signal}`;
        // What it said last is read first; a process that holds its pipes longer than that is not waited for.
        const timer = setTimeout(() => end(why), drainMs);
        child.on('close', () => {
          clearTimeout(timer);
          end(why);
        });
      });
    });
    // A judge that has gone is noticed by its end.
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-keptErrors);
    });
  }

  /** @throws SandboxError `JUDGE_FAILED`, with what it said in the field `said` */
  static async start(input: JudgeInput): Promise<Judge> {
    const judge = new Judge(input);
    try {
      const line = await judge.#next(startMs);
      if (readAnswer(line)?.ready !== true) throw new JudgeLostError('nonsense', 'It did not say that it is ready.');
      judge.#setHeld(false);
      return judge;
    } catch (error) {
      await judge.kill();
      const said = judge.#errors.trim();
      throw new SandboxError({
        code: 'JUDGE_FAILED',
        what: 'A judge of the sandbox did not start.',
        why: describeErrors(said) ?? (error as Error).message,
        next: 'Run `scalequest sandbox status` for what works on this machine.',
        fields: { said, why: describeErrors(said) ?? (error as Error).message },
        cause: error,
      });
    }
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Sends a request and gives the answer to it. One at a time.
   *
   * @throws JudgeLostError after which the judge is of no more use
   */
  async ask(request: object, { withinMs }: { readonly withinMs: number }): Promise<Readonly<Record<string, unknown>>> {
    this.checked++;
    this.#setHeld(true);
    try {
      const answer = this.#next(withinMs);
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
      const read = readAnswer(await answer);
      if (read === undefined) throw new JudgeLostError('nonsense', 'it answered what is no answer');
      return read;
    } finally {
      this.#setHeld(false);
    }
  }

  #next(withinMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new JudgeLostError('ended', 'it had ended before'));
        return;
      }
      const timer = setTimeout(() => this.#lose('hung', `it did not answer within ${withinMs} ms`), withinMs);
      this.#waiting = { resolve, reject, timer };
    });
  }

  #read(text: string): void {
    const end = text.indexOf('\n');
    if (end === -1) {
      this.#partial.push(text);
      this.#partialLength += text.length;
      if (this.#partialLength > longestLine) this.#lose('nonsense', 'it answered without an end');
      return;
    }
    const line = this.#partial.join('') + text.slice(0, end);
    this.#partial = [];
    this.#partialLength = 0;
    const waiting = this.#takeWaiting();
    // A line that nobody asked for makes all later ones doubtful.
    if (waiting === undefined || end !== text.length - 1) {
      waiting?.reject(new JudgeLostError('nonsense', 'it answered more than once'));
      void this.kill();
    } else waiting.resolve(line);
  }

  #takeWaiting(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #lose(loss: JudgeLoss, message: string): void {
    this.#takeWaiting()?.reject(new JudgeLostError(loss, message));
  }

  /** An idle judge does not keep Node alive: it ends with it. */
  #setHeld(isHeld: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const part of [this.#child, stdin, stdout, stderr] as readonly (NodeJS.RefCounted | Readable | Writable)[]) {
      if (!('ref' in part) || !('unref' in part)) continue;
      if (isHeld) part.ref();
      else part.unref();
    }
  }

  /** Ends it when it has nothing to do. Resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#setHeld(true);
    this.#child.stdin.end();
    const timer = setTimeout(() => this.killNow(), endMs);
    await this.#ended;
    clearTimeout(timer);
    this.#removeFolder();
  }

  /** Ends it at once. Resolves when nothing of it is left. */
  async kill(): Promise<void> {
    this.#setHeld(true);
    this.killNow();
    await this.#ended;
    this.#removeFolder();
  }

  /** Sends the signal that ends it. */
  killNow(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** Ends it and removes its folder without a wait: for the end of Node itself. */
  endNow(): void {
    this.killNow();
    this.#removeFolder();
  }

  #removeFolder(): void {
    if (this.#folder !== undefined) removeJudgeFolder(this.#folder);
  }
}

function readAnswer(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** The line that tells most: bubblewrap's own, else the last that is not about the end itself. */
function describeErrors(said: string): string | undefined {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const line =
    lines.find((one) => one.startsWith('bwrap:')) ??
    lines.findLast((one) => !/did not start/.test(one)) ??
    lines.at(-1);
  return line?.replace(/^[\w.]*CannotConfine: /, '');
}
