#!/usr/bin/env node
// A committed launcher: npm links it at install time, when nothing in dist is built yet.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  const { runCommandLine } = await import(main.href);
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  console.error('ScaleQuest is not built yet: packages/cli/dist is missing.\nRun `npm run build` first.');
  process.exitCode = 2;
}
