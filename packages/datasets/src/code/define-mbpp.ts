import { type Benchmark, defineBenchmark } from '../benchmark.ts';
import { mbppRecordSchema, parseMbppRecord } from './mbpp-record.ts';

const source = 'deepseek-ai/DeepSeek-Coder:Evaluation/MBPP/data/mbpp.jsonl@2f9fd85927c669dae3c0fbb2d607274023af243e';

export const mbppCommon = {
  licence: 'CC BY 4.0 (google-research/google-research)',
  citation: 'Austin et al., Program Synthesis with Large Language Models, 2021, arXiv:2108.07732',
} as const;

/** A split of MBPP, or several one after the other. All are in one file at their origin, in the order of `task_id`. */
export function defineMbpp(definition: {
  readonly name: string;
  readonly title: string;
  readonly split: string;
  /** Where they are several. @defaultValue `split` */
  readonly splits?: readonly string[];
  readonly count: number;
  readonly rowsSha256: string;
}): Benchmark {
  const { splits = [definition.split] } = definition;
  return defineBenchmark({
    ...definition,
    ...mbppCommon,
    folder: 'mbpp',
    splits,
    origins: [
      {
        kind: 'hub',
        repository: 'google-research-datasets/mbpp',
        revision: 'main',
        files: splits.map((split) => `full/${split}-00000-of-00001.parquet`),
        checked: false,
      },
      { kind: 'commit', source, checked: true },
    ],
    row: mbppRecordSchema,
    parse: parseMbppRecord,
  });
}
