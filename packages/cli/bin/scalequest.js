#!/usr/bin/env node
// A committed launcher: npm links it at install time, when nothing in dist is built yet.
import { existsSync } from 'node:fs';

// A reader that has seen enough, such as `head`, closes its end. What is said after that has no reader; the run goes on.
// A command whose result goes there listens itself, and ends.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE' && stream.listenerCount('error') === 1) throw error;
  });
}

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  const { runCommandLine } = await import(main.href);
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  console.error('ScaleQuest is not built yet: packages/cli/dist is missing.\nRun `npm run build` first.');
  process.exitCode = 2;
}
