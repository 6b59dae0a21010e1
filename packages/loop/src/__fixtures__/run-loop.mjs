// Runs a loop in a process of its own, which a test may kill: run-loop.mjs NAME CONFIG FOLDER CACHE. Tells each event as a line.
import { openLoop, readLoopConfig, runLoop } from '@scalequest/loop';

const [name = '', config = '', folder = '', cacheDir = ''] = process.argv.slice(2);
const access = {
  cacheDir,
  command: 'a test',
  versions: {},
  getPython: () => Promise.reject(new Error('The configuration names a Python.')),
};
const recipe = openLoop(name, await readLoopConfig(config), access);
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
await runLoop({ recipe, folder, seed: 3, parallel: 2, onEvent: tell });
