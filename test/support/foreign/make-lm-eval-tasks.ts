import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LmEvalTasksInput {
  /** Where the task files go. */
  readonly folder: string;
  /** Folder of the tasks that lm-eval comes with. */
  readonly shipped: string;
  /** JSON Lines in GSM8K's form, and in MATH's. */
  readonly gsm8k: string;
  readonly math: string;
}

/** Tasks for lm-eval with its own prompts, filters and graders, on local data: its data sets lie on a hub. */
export function makeLmEvalTasks({ folder, shipped, gsm8k, math }: LmEvalTasksInput): void {
  const write = (task: string, { base, data, more = '' }: { base: string; data: string; more?: string }): void =>
    writeFileSync(
      join(folder, `${task}.yaml`),
      `include: ${join(shipped, base)}
task: ${task}
tag: null
dataset_path: json
dataset_name: null
dataset_kwargs:
  data_files:
    test: ${data}
training_split: null
fewshot_split: null
test_split: test
num_fewshot: 0
${more}`,
    );
  write('own_gsm8k', { base: 'gsm8k/gsm8k.yaml', data: gsm8k });
  write('own_gsm8k_twice', { base: 'gsm8k/gsm8k.yaml', data: gsm8k, more: 'repeats: 2\n' });
  write('own_hendrycks', { base: 'hendrycks_math/hendrycks_math_algebra.yaml', data: math });
  write('own_minerva', { base: 'minerva_math/minerva_math_algebra.yaml', data: math });
}
