import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** The entry of the verifier as one minified script for browsers, which sets the global `verifier`. */
export async function bundleVerifier(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: "export * from '@scalequest/verifier';", resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'verifier',
    platform: 'browser',
    // Names of Node's modules are not known here, so that an import of one fails the build.
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
