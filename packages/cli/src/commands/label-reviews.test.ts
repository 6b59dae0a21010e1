import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { listReasonFiles } from './label-reviews.ts';

test('the reasons of a checkout are found wherever it lies, be there a space in its path or not', () => {
  const module = pathToFileURL('/my work/100%/packages/cli/dist/commands/label-reviews.js').href;
  expect(listReasonFiles(module).map((path) => path.replaceAll(sep, '/'))).toEqual([
    '/my work/100%/packages/verifier/cases/label-exceptions.jsonl',
    '/my work/100%/packages/eval/cases/label-disagreements.jsonl',
  ]);
});
