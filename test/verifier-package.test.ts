import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { makeTemporaryFolder, type TemporaryFolder } from '@scalequest/test-kit';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FetchedNode, fetchNode, newerNodes } from './support/fetch-node.ts';
import { listReadmeBlocks } from './support/readme-blocks.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const source = join(root, 'packages', 'verifier');
const examples = readdirSync(join(source, 'examples'));
/** The package's own README, and the one of the repository where it shows the package. */
const blocks = [source, root].flatMap((place) => listReadmeBlocks(readFileSync(join(place, 'README.md'), 'utf8')));

/** A folder of a stranger, with nothing in it but the packed package and what it depends on. */
let folder: TemporaryFolder;
let tarball: string;
let packed: readonly { readonly path: string; readonly size: number }[];

beforeAll(async () => {
  folder = makeTemporaryFolder();
  // Tests run on built files, so packing need not build again.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path, '-w', '@scalequest/verifier'];
  const { stdout } = await run('npm', args, { cwd: root });
  const said = JSON.parse(stdout) as Record<string, Packed>;
  const [pack] = Object.values(said);
  if (pack === undefined) throw new Error(`npm pack said ${stdout}`);
  packed = pack.files;
  tarball = folder.join(pack.filename);
  writeFileSync(folder.join('package.json'), '{"name":"stranger","private":true}');
  await run('npm', ['install', '--silent', '--prefer-offline', tarball], { cwd: folder.path });
}, 180_000);
afterAll(() => folder?.[Symbol.dispose]());

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

interface Run {
  /** The file that the program is written to, in the stranger's folder. */
  readonly name: string;
  readonly program: string;
  readonly args?: readonly string[];
}

/** What a program prints on a Node that calls nothing of it deprecated. */
async function runProgram(node: string, { name, program, args = [] }: Run): Promise<string> {
  writeFileSync(folder.join(name), program);
  const { stdout, stderr } = await run(node, [name, ...args], { cwd: folder.path, timeout: 150_000 });
  expect(stderr).not.toContain('DeprecationWarning');
  return stdout.trim();
}

const installed = (): string => folder.join('node_modules', '@scalequest', 'verifier');

test('what is packed is the entries, their types, the examples, the README with its pictures, and the licence', () => {
  const paths = packed.map(({ path }) => path);
  const wanted =
    /^(?:README\.md|LICENSE|package\.json|examples\/[^/]+|playground\/[^/]+\.png|dist\/.*\.d\.ts|dist\/(?:(?:pool\/|profiles\/|tree\/)?index|chunk-\w+|pool\/(?:\w+-)?worker)\.js)$/;
  expect(paths.filter((path) => !wanted.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.test|__fixtures__|\.map$/.test(path))).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', ...examples.map((name) => `examples/${name}`)]),
  );
  const code = packed.filter(({ path }) => !path.endsWith('.png'));
  expect(code.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(800_000);
});

test('what the README and the code link to is packed', () => {
  const paths = new Set(packed.map(({ path }) => path));
  const readme = readFileSync(join(installed(), 'README.md'), 'utf8');
  const titles = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);
  const anchors = titles.map(
    (title) =>
      `#${title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')}`,
  );
  expect(new Set(anchors).size).toBe(anchors.length);
  const links = [...readme.matchAll(/\]\(([^)]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '');
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((link) => !(anchors.includes(link) || paths.has(link)))).toEqual([]);
  // Bundlers warn of a source map that is named and not there.
  const scripts = [...paths].filter((path) => path.endsWith('.js'));
  const named = scripts.filter((path) => readFileSync(join(installed(), path), 'utf8').includes('sourceMappingURL'));
  expect(named).toEqual([]);
});

test('publint finds nothing', async () => {
  const bytes = readFileSync(tarball);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: data as ArrayBuffer }, level: 'warning' });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('types resolve for ESM and for bundlers at every entry', async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (!result.types) throw new Error('The package has no types.');
  expect(Object.keys(result.entrypoints)).toEqual(expect.arrayContaining(['.', './pool', './profiles', './tree']));
  // ESM only: TypeScript knows since 5.8 that Node's CommonJS can require it, and this checker does not.
  const problems = result.problems.filter(
    (problem) => !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind),
  );
  expect(problems).toEqual([]);
});

const program = `
  const pool = createVerifierPool({ workers: 1 });
  const { verdict } = await pool.verify({ reference: '7', reply: 'So it is \\\\boxed{7}.' });
  await pool.close();
  const [tree] = listReadings('x^2');
  const same = verifyAnswer({ reference: '\\\\frac{1}{2}', candidate: '0.5' }).verdict;
  console.log(same, verdict, tree.kind, findProfile('dart').name);`;

/** What the example prints, in part. */
const outputs: Readonly<Record<string, string>> = {
  'verify-pairs.mjs': '(x+1)^2 and x^2+1: Different.',
  'require.cjs': 'equal',
  'vote.mjs': '2 of 4 say \\frac{1}{2}\nequal',
  'read-tree.mjs': 'quotient\n  numerator sum\n    symbol x',
  'stream-with-pool.mjs': '{ equal: 251, different: 0, undecided: 0 }',
};

/** What the blocks of the README take as given. */
const prelude = `
import { deepStrictEqual } from 'node:assert';
globalThis.readmeClaims = { count: 0, check(seen, wanted, line) { this.count++; deepStrictEqual(seen, wanted, line); } };
globalThis.signal = new AbortController().signal;
globalThis.items = [{ reference: '1/2', candidate: '0.5' }, { reference: '7', reply: 'It is \\\\boxed{7}.' }];
globalThis.pairs = [{ reference: '1/2', candidate: '0.5' }];
globalThis.reply = 'It is \\\\boxed{7}.';
await import(process.argv[2]);
process.stdout.write('\\n' + readmeClaims.count);`;

describe.each(['this', ...newerNodes])('on Node %s', (version) => {
  let node: FetchedNode;
  beforeAll(async () => {
    node = version === 'this' ? { path: process.execPath } : await fetchNode(version, folder.join(`node-${version}`));
    if (node.missing !== undefined) console.log(`Skipped: ${node.missing}`);
  }, 180_000);
  beforeEach(({ skip }) => {
    if (node.missing !== undefined) skip(node.missing);
  });
  const onNode = (wanted: Run): Promise<string> => {
    if (node.missing !== undefined) throw new Error(node.missing);
    return runProgram(node.path, wanted);
  };

  test.each([
    ['main.mjs', (names: string, path: string) => `import { ${names} } from '${path}';`, program],
    [
      'main.cjs',
      (names: string, path: string) => `const { ${names} } = require('${path}');`,
      `(async () => {${program}\n})();`,
    ],
  ] as const)('%s can load every entry, pool and all', async (name, load, rest) => {
    const head = [
      load('verifyAnswer', '@scalequest/verifier'),
      load('createVerifierPool', '@scalequest/verifier/pool'),
      load('findProfile', '@scalequest/verifier/profiles'),
      load('listReadings', '@scalequest/verifier/tree'),
    ];
    expect(await onNode({ name, program: [...head, rest].join('\n') })).toBe('equal equal power dart');
  });

  test.each(Object.entries(outputs))('the example %s prints what it should', async (name, wanted) => {
    const example = readFileSync(join(installed(), 'examples', name), 'utf8');
    expect(await onNode({ name, program: example })).toContain(wanted);
  });

  test.each(blocks)('the README example runs and says what is true: $title', async (block) => {
    const name = block.isCommonJs ? 'block.cjs' : 'block.mjs';
    writeFileSync(folder.join(name), block.program);
    const said = await onNode({ name: 'claims.mjs', program: prelude, args: [`./${name}`] });
    expect(Number(said.split('\n').at(-1))).toBe(block.program.split('readmeClaims.check(').length - 1);
  });
});

test('a bundle for browsers needs nothing of Node', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { verifyReply } from '@scalequest/verifier';
        import { profiles } from '@scalequest/verifier/profiles';
        import { listReadings } from '@scalequest/verifier/tree';
        const { verdict } = verifyReply({ reference: '1/2', reply: 'It is $\\\\boxed{0.5}$.' });
        globalThis.said = [verdict, profiles.size > 5, listReadings('2x')[0].kind].join(' ');`,
      resolveDir: folder.path,
    },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'silent',
  });
  const scope: { said?: string } = {};
  runInNewContext(outputFiles[0]?.text ?? '', scope);
  expect(scope.said).toBe('equal true product');
});

test('the typed example compiles in strict settings against the packed types, and runs', {
  timeout: 240_000,
}, async () => {
  writeFileSync(folder.join('typed-rewards.mts'), readFileSync(join(installed(), 'examples', 'typed-rewards.ts')));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const settings = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022'];
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  // The types of the package themselves too: no --skipLibCheck.
  writeFileSync(
    folder.join('entries.mts'),
    "export * from '@scalequest/verifier';\nexport * as pool from '@scalequest/verifier/pool';\nexport * as tree from '@scalequest/verifier/tree';\nexport * from '@scalequest/verifier/profiles';\n",
  );
  writeFileSync(folder.join('common.cts'), "import { reward } from '@scalequest/verifier';\nexport = reward;\n");
  const files = ['typed-rewards.mts', 'entries.mts', 'common.cts'];
  const compiled = await run(process.execPath, [tsc, ...settings, ...types, ...files], {
    cwd: folder.path,
  }).catch((error: { readonly stdout: string }) => error);
  expect(compiled.stdout).toBe('');
  const { stdout } = await run(process.execPath, ['typed-rewards.mjs'], { cwd: folder.path });
  expect(stdout).toContain('\\frac{1}{2}: reward 1 for 0.5');
  expect(stdout).toContain('x+: reward null for 5');
});

test('the example for browsers bundles', async () => {
  const entryPoints = [join(installed(), 'examples', 'browser.mjs')];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, platform: 'browser' });
  const output = { textContent: '' };
  runInNewContext(outputFiles[0]?.text ?? '', { document: { querySelector: () => output } });
  expect(output.textContent).toBe('equal');
});

test('every example is run by a test', () => {
  const known = [...Object.keys(outputs), 'typed-rewards.ts', 'browser.mjs', 'browser.html'];
  expect(examples.toSorted()).toEqual(known.toSorted());
});

test('the README has examples, and they claim something', () => {
  expect(blocks.length).toBeGreaterThan(3);
  expect(blocks.flatMap(({ program: text }) => text.split('readmeClaims.check(').slice(1)).length).toBeGreaterThan(12);
});

test('all that is public has a docstring, and no link in one is broken', { timeout: 240_000 }, async () => {
  const args = ['node_modules/typedoc/bin/typedoc', '--options', 'packages/verifier/typedoc.json'];
  const { stdout, stderr } = await run(process.execPath, [...args, '--emit', 'none', '--skipErrorChecking'], {
    cwd: root,
  });
  const faults = (stdout + stderr).split('\n').filter((line) => /\[(?:warning|error)\]|warning:|error:/i.test(line));
  expect(faults).toEqual([]);
});
