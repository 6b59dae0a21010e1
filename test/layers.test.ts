import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom. An arrow that is not here is a change of the design: docs/architecture.md comes first. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  verifier: [],
  core: [],
  models: ['core'],
  datasets: ['core'],
  runs: ['core'],
  sandbox: ['core'],
  eval: ['core', 'verifier', 'models', 'datasets', 'runs', 'sandbox'],
  synth: ['core', 'verifier', 'models', 'datasets', 'runs', 'sandbox'],
  'train-bridge': ['core', 'datasets', 'runs'],
  loop: ['core', 'verifier', 'models', 'datasets', 'runs', 'sandbox', 'eval', 'synth', 'train-bridge'],
  'verifier-server': ['core', 'verifier'],
  cli: [
    'core',
    'verifier',
    'models',
    'datasets',
    'runs',
    'sandbox',
    'eval',
    'synth',
    'train-bridge',
    'loop',
    'verifier-server',
  ],
  'test-kit': ['core'],
};

const root = join(import.meta.dirname, '..');
const packagesFolder = join(root, 'packages');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(packagesFolder, folder, 'package.json'), 'utf8')) as Manifest;
}

function listOurs(dependencies: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(dependencies)
    .filter((name) => name.startsWith('@scalequest/'))
    .map((name) => name.slice('@scalequest/'.length))
    .sort();
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

const importPattern = /(?:from|import)\s*\(?\s*['"]@scalequest\/([a-z-]+)/g;

test('every package is in the table and the other way round', () => {
  expect(
    readdirSync(packagesFolder)
      .filter((name) => existsSync(join(packagesFolder, name, 'package.json')))
      .sort(),
  ).toEqual(Object.keys(arrows).sort());
});

test.each(Object.keys(arrows))('%s depends on nothing but what its arrows allow', (name) => {
  const manifest = readManifest(name);
  expect(manifest.name).toBe(`@scalequest/${name}`);
  const allowed = arrows[name] ?? [];
  expect(
    listOurs({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((d) => !allowed.includes(d)),
  ).toEqual([]);
  expect(listOurs(manifest.devDependencies).filter((d) => d !== 'test-kit')).toEqual([]);
});

test.each(Object.keys(arrows))('%s imports what its manifest names, and test-kit in tests only', (name) => {
  const manifest = readManifest(name);
  const declared = listOurs(manifest.dependencies);
  for (const file of listSources(join(packagesFolder, name, 'src'))) {
    const isTest = /\.test(-d)?\.ts$|__fixtures__/.test(file);
    const allowed = isTest ? [...declared, ...listOurs(manifest.devDependencies), name] : declared;
    const imported = [...readFileSync(file, 'utf8').matchAll(importPattern)].map((match) => match[1]);
    expect({ file, forbidden: imported.filter((d) => !allowed.includes(d as string)) }).toEqual({
      file,
      forbidden: [],
    });
  }
});

test.each(Object.keys(arrows))('the project references of %s are its dependencies', (name) => {
  const config = JSON.parse(readFileSync(join(packagesFolder, name, 'tsconfig.json'), 'utf8')) as {
    readonly references: readonly { readonly path: string }[];
  };
  // `./page` of eval is its own: the script of the leaderboard, which runs in a browser.
  const others = config.references.filter(({ path }) => path.startsWith('../'));
  expect(others.map(({ path }) => path.replace('../', '')).sort()).toEqual(listOurs(readManifest(name).dependencies));
});

/** Examples in docstrings may print. */
function withoutDocComments(source: string): string {
  return source.replaceAll(/\/\*\*[\s\S]*?\*\//g, '');
}

test('nothing but cli and core/env.ts reads the environment, and nothing but cli writes to the console', () => {
  const offenders = Object.keys(arrows)
    .filter((name) => name !== 'cli' && name !== 'test-kit')
    .flatMap((name) => listSources(join(packagesFolder, name, 'src')))
    .filter((file) => !/\.test(-d)?\.ts$|__fixtures__/.test(file) && !file.endsWith(join('core', 'src', 'env.ts')))
    .filter((file) =>
      /process\.env|console\.|process\.std(out|err)/.test(withoutDocComments(readFileSync(file, 'utf8'))),
    );
  expect(offenders).toEqual([]);
});
