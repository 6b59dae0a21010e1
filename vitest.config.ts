import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = import.meta.dirname;

/**
 * Tests run on the built files, which are what users get: in a test beside its source, `./verify-answer.ts` means
 * `dist/verify-answer.js`. The types still come from the source.
 */
function loadBuiltFiles(): Plugin {
  return {
    name: 'load-built-files',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !/\.test\.ts$/.test(importer)) return undefined;
      if (!/^\.\.?\/.*\.ts$/.test(source) || /\.test\.ts$|__fixtures__/.test(source)) return undefined;
      const parts = relative(root, resolve(dirname(importer), source)).split(sep);
      if (parts[0] !== 'packages' || parts[2] !== 'src') return undefined;
      parts[2] = 'dist';
      return { id: resolve(root, ...parts).replace(/\.ts$/, '.js'), external: true };
    },
  };
}

/** The files that take longest, from the longest on. Begun first, none of them runs at the end with one core idle. */
const longFirst = [
  'test/loop-nano',
  'packages/loop/src/recipes/scalequest-math/math-loop',
  'packages/loop/src/recipes/scalequest-code/code-loop',
  'packages/loop/src/recipes/scalequest-longcot/longcot-loop',
  'packages/train-bridge/src/launchers/launchers',
  'test/foreign-logs',
  'test/question-training',
  'test/train-nano',
  'test/code-references',
  'test/serve-model',
  'test/synth-killed-recipes',
  'test/synth-command',
  'test/embedded-run',
  'packages/synth/src/engine/killed-runs',
  'test/eval-all',
  'test/doctor',
  'test/verify-command',
  'test/code-labels',
  'test/evalplus-agreement',
  'packages/train-bridge/src/python/prepare-python',
  'test/playground',
  'test/leaderboard-page',
  'packages/sandbox/src/references',
  'test/verifier-package',
  'test/serve-verifier',
  'packages/sandbox/src/create-sandbox',
  'test/kill-and-resume',
  'test/grader-commands',
  'test/train-command',
  'test/leaderboard-command',
  'packages/sandbox/src/hostile',
];

const gone = longFirst.filter((name) => !existsSync(resolve(root, `${name}.test.ts`)));
if (gone.length > 0)
  throw new Error(
    `There is no ${gone.join(', ')}. Give the new name in the list 'longFirst' of vitest.config.ts, or take it out.`,
  );

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const name = ({ moduleId }: TestSpecification): string => relative(root, moduleId).replace(/\.test\.ts$/, '');
    const sorted = await super.sort(files);
    return [
      ...longFirst.flatMap((long) => sorted.filter((file) => name(file) === long)),
      ...sorted.filter((file) => !longFirst.includes(name(file))),
    ];
  }
}

export default defineConfig({
  plugins: [loadBuiltFiles()],
  test: {
    globalSetup: ['./vitest.setup.ts'],
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    typecheck: { enabled: false },
    // For what hangs, not for what is slow: a test of seven commands takes a minute where others use the cores, too.
    testTimeout: 180_000,
    // A poll waits for an event, not for a time: a busy machine may take long.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 180_000,
    // Two cores: a test that starts processes or workers of its own should not meet three others.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
  },
});
