import { expect, test } from 'vitest';
import { createSampleTable } from './sample-table.ts';

test('samples are numbered epoch by epoch, and found again by id and epoch', () => {
  const table = createSampleTable({ ids: ['a', 'b', 'c'], epochs: 2 });
  const all = Array.from({ length: table.size }, (_, sample) => [table.getId(sample), table.getEpoch(sample)]);
  expect(all).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
    ['a', 1],
    ['b', 1],
    ['c', 1],
  ]);
  for (const [sample, [id, epoch]] of all.entries()) expect(table.find(id as string, epoch as number)).toBe(sample);
});

test('what the run does not have is not found', () => {
  const table = createSampleTable({ ids: ['a'], epochs: 1 });
  expect([table.find('b', 0), table.find('a', 1), table.find('a', -1)]).toEqual([undefined, undefined, undefined]);
});

test('counts follow every change of state', () => {
  const table = createSampleTable({ ids: ['a', 'b'], epochs: 1 });
  table.setState(0, 'failed');
  table.setState(0, 'finished');
  table.setState(1, 'finished');
  table.setState(1, 'finished');
  expect([table.count('pending'), table.count('finished'), table.count('failed')]).toEqual([0, 2, 0]);
});

test('an id that stands twice is refused and named', () => {
  expect(() => createSampleTable({ ids: ['a', 'b', 'a'], epochs: 1 })).toThrow(
    expect.objectContaining({ code: 'DUPLICATE_ID', fields: { id: 'a' } }),
  );
});
