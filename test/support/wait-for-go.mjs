// Loaded before the command (`NODE_OPTIONS=--import=...`): it has its modules ready, and begins when standard input says so. A test
// that kills one command after another so loads the next one while the last is at work.
import { once } from 'node:events';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  // Not for the processes that the command starts.
  delete process.env.NODE_OPTIONS;
  await import(new URL('../../packages/cli/dist/commands/run-synth.js', import.meta.url).href);
  await once(process.stdin, 'data');
  process.stdin.destroy();
}
