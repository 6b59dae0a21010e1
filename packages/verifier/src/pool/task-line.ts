import type { Piscina, TaskQueue } from 'piscina';

type Task = Parameters<TaskQueue['push']>[0];

/** Tasks that wait for a thread, in order. */
export class TaskLine implements TaskQueue {
  readonly #tasks: Task[] = [];

  get size(): number {
    return this.#tasks.length;
  }

  get last(): Task | undefined {
    return this.#tasks.at(-1);
  }

  push(task: Task): void {
    this.#tasks.push(task);
  }

  shift(): Task | null {
    return this.#tasks.shift() ?? null;
  }

  remove(task: Task): void {
    const index = this.#tasks.indexOf(task);
    if (index >= 0) this.#tasks.splice(index, 1);
  }
}

/**
 * Gives piscina a task. Where the system starts no thread for it (EAGAIN), piscina throws and leaves the task in its line, with
 * a promise that nobody holds: rejected later, it would end the process. It is taken out.
 */
export function runTask(piscina: Piscina, task: unknown, options: { readonly signal: AbortSignal }): Promise<unknown> {
  const line = piscina.options.taskQueue;
  const before = line instanceof TaskLine ? line.last : undefined;
  try {
    return piscina.run(task, options);
  } catch (error) {
    if (line instanceof TaskLine && line.last !== undefined && line.last !== before) line.remove(line.last);
    throw error;
  }
}
