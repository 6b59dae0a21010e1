import type { Board, BoardTable, MeasuredRow, ReportedRow } from '../../board.ts';
import { groupRows } from '../../group-rows.ts';

/** A row that differs from an ordinary one only in what a test is about. */
export function makeMeasured(changed: Partial<MeasuredRow> & Pick<MeasuredRow, 'model' | 'correct'>): MeasuredRow {
  const samples = changed.samples ?? 500;
  const score = changed.correct / samples;
  const half = 1.96 * Math.sqrt((score * (1 - score) + 0.002) / samples);
  const outcomes = { correct: changed.correct, wrong: 0, 'no-answer': 0, truncated: 0, undecided: 0, error: 0 };
  return {
    kind: 'measured',
    file: `${changed.model}.json`,
    fileSha256: 'f'.repeat(64),
    replies: 'asked',
    grader: 'ours@3',
    samples,
    epochs: 1,
    score,
    interval: { method: 'wilson', level: 0.95, low: Math.max(0, score - half), high: Math.min(1, score + half) },
    bounds: { low: score, high: score },
    rank: { best: 1, worst: 1 },
    groups: ['a'],
    rates: { 'no-answer': 0.004, truncated: 0.012, undecided: 0, error: 0 },
    marks: [],
    graders: { 'ours@3': { correct: changed.correct, accuracy: score, outcomes } },
    spread: { min: score, max: score },
    protocol: { label: 'scalequest@1', sha256: 'c0ffee12'.repeat(8) },
    passAtK: {},
    tokens: null,
    cost: null,
    ...changed,
  };
}

export function makeReported(changed: Partial<ReportedRow> & Pick<ReportedRow, 'model' | 'percent'>): ReportedRow {
  return { kind: 'reported', digits: 1, source: 'arXiv 2410.18693v2, table 1', notes: [], ...changed };
}

/** The same replies under several graders, each a little off the score. */
function makeGraders(
  correct: number,
  samples: number,
  offsets: Readonly<Record<string, number>>,
): Partial<MeasuredRow> {
  const graders = Object.fromEntries(
    Object.entries(offsets).map(([label, offset]) => {
      const count = correct + offset;
      const outcomes = { correct: count, wrong: samples - count, 'no-answer': 0, truncated: 0, undecided: 0, error: 0 };
      return [label, { correct: count, accuracy: count / samples, outcomes }];
    }),
  );
  const ours = Object.entries(graders).filter(([label]) => label !== 'source-label');
  const accuracies = ours.map(([, { accuracy }]) => accuracy);
  return { graders, spread: { min: Math.min(...accuracies), max: Math.max(...accuracies) } };
}

/** What no page may run: in the text of an element, in an attribute, in an address. */
export const hostileName = `<img src=x onerror="document.title='ran'"> "quoted" 'single' & </script><script>document.title='ran'</script>`;

const manyGraders = {
  'ours@3': 0,
  'dart@1': -9,
  'hendrycks@1': -31,
  'math-verify@1': 4,
  'minerva@1': -14,
  'olympiadbench@1': -3,
  'qwen25@1': 2,
  'gsm8k-strict@1': -44,
  'source-label': 6,
};

const recorded = {
  what: 'huggingface.co/datasets/someone/recorded-replies, file math.jsonl',
  licence: 'CC-BY-4.0',
  note: 'The source says nothing of the sampling; temperature 0 is likely, since every reply stands there once.',
};

const hardCases: BoardTable = {
  benchmark: 'math-500',
  title: 'MATH-500',
  problems: 500,
  measured: [
    makeMeasured({
      model: 'perfect',
      correct: 500,
      rank: { best: 1, worst: 1 },
      groups: ['a'],
      rates: { 'no-answer': 0, truncated: 0, undecided: 0, error: 0 },
    }),
    makeMeasured({
      model:
        'organisation-with-a-long-name/a-very-long-model-name-that-goes-on-and-on-Instruct-v2.5-preview-2026-11-22-GGUF-Q4_K_M.gguf',
      correct: 402,
      rank: { best: 2, worst: 4 },
      groups: ['b'],
      replies: 'recorded',
      source: recorded,
      ...makeGraders(402, 500, manyGraders),
      protocol: null,
    }),
    makeMeasured({
      model: '通义千问-数学-七十二亿参数指令模型',
      correct: 399,
      rank: { best: 2, worst: 4 },
      groups: ['b'],
      tokens: { prompt: 61_234, completion: 1_234_567 },
      cost: { total: 0.0734, priceIn: 0.15, priceOut: 0.6 },
      passAtK: { '1': 0.798, '4': 0.91 },
      epochs: 4,
    }),
    makeMeasured({
      model: 'نموذج الرياضيات \u202e evil',
      correct: 399,
      rank: { best: 2, worst: 4 },
      groups: ['b'],
      ...makeGraders(399, 500, { 'ours@3': 0, 'qwen25@1': -3 }),
    }),
    makeMeasured({
      model: hostileName,
      correct: 250,
      rank: { best: 5, worst: 5 },
      groups: ['c'],
      rates: { 'no-answer': 0.0004, truncated: 0.314, undecided: 0.031, error: 0.004 },
      bounds: { low: 0.5, high: 0.535 },
      marks: ['truncated', 'undecided'],
      tokens: { prompt: 61_234, completion: 98_765_432 },
      replies: 'recorded',
      source: { what: hostileName, licence: hostileName, note: hostileName },
      protocol: { label: hostileName, sha256: '0123456789abcdef'.repeat(4) },
    }),
    makeMeasured({
      model: 'nothing-right',
      correct: 0,
      rank: { best: 6, worst: 6 },
      groups: ['d'],
      cost: { total: 12_345.678, priceIn: 15, priceOut: 75 },
    }),
  ],
  reported: [
    makeReported({ model: 'Qwen2-Math-7B-ScaleQuest', percent: 73.4 }),
    makeReported({
      model: hostileName,
      percent: 99.99,
      digits: 2,
      source: hostileName,
      notes: ['No k of 500 gives 99.99 %.', 'The source names no model.', hostileName],
    }),
  ],
};

const neighbours = groupRows(100, (i, j) => Math.abs(i - j) < 4);

const manyRows: BoardTable = {
  benchmark: 'gsm8k',
  title: 'GSM8K',
  problems: 1319,
  measured: Array.from({ length: 100 }, (_, i) =>
    makeMeasured({
      model: `organisation/model-${String(i).padStart(3, '0')}-${(i * 7) % 72}B`,
      samples: 1319,
      correct: 1290 - i * 9,
      rank: { best: Math.max(1, i - 2), worst: Math.min(100, i + 4) },
      groups: neighbours[i] ?? [],
      rates: { 'no-answer': 0.001 * (i % 9), truncated: 0.0007 * i, undecided: 0, error: 0 },
      marks: i > 71 ? ['truncated'] : [],
      ...makeGraders(1290 - i * 9, 1319, { 'ours@3': 0, 'gsm8k-strict@1': -i, 'gsm8k-flexible@1': i % 5 }),
    }),
  ),
  reported: [],
};

const onlyReported: BoardTable = {
  benchmark: 'olympiadbench',
  title: 'OlympiadBench <b>text & answer</b>',
  problems: 675,
  measured: [],
  reported: [
    makeReported({ model: 'DeepSeekMath-7B-ScaleQuest', percent: 26.2, notes: ['No k of 675 gives 26.2 %.'] }),
  ],
};

/** A made-up board that holds what is hard to draw. */
export const hardBoard: Board = {
  format: 1,
  tables: [hardCases, manyRows, onlyReported],
  notes: ['Left out: half a benchmark & <i>all</i> of its rows.'],
};
