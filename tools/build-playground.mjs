// Builds the playground of @scalequest/verifier: three files that any web server can give out and that open from a
// folder too. Usage: npm run build, then node tools/build-playground.mjs [FOLDER]
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const source = join(import.meta.dirname, '..', 'packages', 'verifier', 'playground');

/** Writes the page into a folder and returns the path of its index.html. */
export async function buildPlayground(folder = join(source, 'dist')) {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: { playground: join(source, 'main.ts') },
    outdir: folder,
    bundle: true,
    minify: true,
    // A module would not load from a file.
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'silent',
  });
  await build({
    entryPoints: { playground: join(source, 'style.css') },
    outdir: folder,
    minify: true,
    logLevel: 'silent',
  });
  copyFileSync(join(source, 'index.html'), join(folder, 'index.html'));
  return join(folder, 'index.html');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  console.log(await buildPlayground(process.argv[2] === undefined ? undefined : resolve(process.argv[2])));
}
