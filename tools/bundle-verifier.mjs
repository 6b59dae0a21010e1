// Writes the entries of @scalequest/verifier as bundles over those of `tsc --build`: importing 150 small files takes
// ten times as long as importing one. The other modules stay beside them, readable, and the tests of a module load it.
// There are no source maps: the sources are not in the package, and bundlers warn of a map that is named and not there.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const folder = join(import.meta.dirname, '..', 'packages', 'verifier');
const dist = join(folder, 'dist');
const entries = [
  'index.ts',
  'pool/index.ts',
  'pool/worker.ts',
  'pool/cas-worker.ts',
  'profiles/index.ts',
  'tree/index.ts',
];

/** What is the same already is left alone, since a process may be reading it. */
function writeChanged({ path, contents }) {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (readFileSync(path).equals(contents)) return;
  } catch {}
  writeFileSync(path, contents);
}

/**
 * Makes `tsc --build` take the entries for changed when any source has changed, so that it writes them as modules again:
 * an entry may be a bundle of the present sources or no bundle, and never a bundle of old ones.
 */
function forgetEntries() {
  const path = join(dist, '.tsbuildinfo');
  const { mtime } = statSync(path);
  const info = JSON.parse(readFileSync(path, 'utf8'));
  for (const entry of entries) {
    const known = info.fileInfos[info.fileNames.indexOf(`../src/${entry}`)];
    if (typeof known?.version !== 'string') throw new Error(`${path} does not know ${entry}. Run tsc --build --force.`);
    known.version = 'bundled';
  }
  writeFileSync(path, JSON.stringify(info));
  utimesSync(path, mtime, mtime);
}

const { outputFiles } = await build({
  absWorkingDir: folder,
  entryPoints: entries.map((entry) => `src/${entry}`),
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  // What the entries share is one more file, so that an error of the pool is an error of the main entry.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  packages: 'external',
  platform: 'neutral',
  format: 'esm',
  target: 'es2023',
  minify: true,
  write: false,
});
forgetEntries();
// The entries last: each loads chunks that are there.
const files = outputFiles.toSorted((a, b) => Number(b.path.includes('chunk-')) - Number(a.path.includes('chunk-')));
for (const file of files) writeChanged(file);
const written = new Set(files.map(({ path }) => path));
for (const name of readdirSync(dist)) {
  if (name.startsWith('chunk-') && !written.has(join(dist, name))) rmSync(join(dist, name));
}
