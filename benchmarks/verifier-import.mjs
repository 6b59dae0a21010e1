// How long a fresh process takes to import the verifier, as its files and as one bundle, and how large the bundle is.
// Usage: npm run bench -- verifier-import [--runs 11]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describeMachine, describeSpread } from './support/report.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '11' } } });

/** Milliseconds that one import takes in each of several processes. */
function time(specifier) {
  const program = `const t = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - t)`;
  return Array.from({ length: Number(values.runs) }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'scalequest-import-'));
try {
  const outfile = join(folder, 'bundle.mjs');
  const stdin = { contents: "export * from '@scalequest/verifier';", resolveDir: import.meta.dirname };
  await build({ stdin, outfile, bundle: true, minify: true, format: 'esm', platform: 'neutral' });
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
  });
  const [{ contents }] = outputFiles;
  console.log(`${describeMachine()}\n`);
  console.log(
    `entry: ${contents.length} bytes minified, ${gzipSync(contents, { level: 9 }).length} gzipped; aim 30,000`,
  );
  console.log(`import of its files, ms: ${describeSpread(time('@scalequest/verifier'))}; aim 20`);
  console.log(`import of one bundle, ms: ${describeSpread(time(pathToFileURL(outfile).href))}`);
} finally {
  rmSync(folder, { recursive: true });
}
