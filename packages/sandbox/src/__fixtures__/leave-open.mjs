// A program that uses a sandbox and does not close it. `end` is how it goes: by itself, or waiting to be killed.
import { createSandbox } from '@scalequest/sandbox';

const [backend, end] = process.argv.slice(2);
const sandbox = await createSandbox({ backend, workers: 2 });
await sandbox.start();
const { outcome } = await sandbox.check({ program: 'def one(): return 1', tests: 'assert one() == 1' });
console.log(outcome);
if (end === 'busy') await sandbox.check({ program: 'while True: pass', tests: 'assert one()' });
