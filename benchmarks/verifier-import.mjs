// How long a fresh process takes to import the verifier, and how large its entry is with all that it loads.
// Usage: npm run bench -- verifier-import [--runs 21]
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '21' } } });

/** Milliseconds that one import takes in each of several processes: by the clock, and of the processor. */
function time(specifier) {
  const program = `
    const [t, c] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(specifier)});
    const { user, system } = process.cpuUsage(c);
    console.log(JSON.stringify([performance.now() - t, (user + system) / 1000]))`;
  const runs = Array.from({ length: Number(values.runs) }, () =>
    JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })),
  );
  return `${describeSpread(runs.map(([wall]) => wall))}; of the processor: ${describeSpread(runs.map(([, cpu]) => cpu))}`;
}

const { outputFiles } = await build({
  stdin: { contents: "export * from '@scalequest/verifier';", resolveDir: import.meta.dirname },
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
});
const [{ contents }] = outputFiles;
console.log(`${describeMachine()}\n`);
console.log(`entry: ${contents.length} bytes minified, ${gzipSync(contents, { level: 9 }).length} gzipped; aim 30,000`);
console.log(`import of the entry, ms: ${time('@scalequest/verifier')}; aim 20`);
console.log(`import of an empty module, ms: ${time('data:text/javascript,')}`);
