import { join } from 'node:path';
import { writeDataset } from '@scalequest/synth';
import { synthRunFolder } from '../engine/loop-folder.ts';
import type { Step } from '../engine/step.ts';

export interface DatasetStepOptions {
  readonly name: string;
  /** The synthesis. */
  readonly from: string;
  /** Of the dataset, for its card. */
  readonly licence?: string;
}

/** The dataset of a synthesis with its card, as the hub takes it, in the folder `dataset`. Leaves its Parquet files. */
export function datasetStep({ name, from, licence }: DatasetStepOptions): Step {
  return {
    ...{ name, kind: 'rows', version: 1, after: [from], settings: { from, licence: licence ?? null } },
    run: async ({ folder, getFolder, abort, tell }) => {
      const { configs } = await writeDataset({
        ...{ run: join(getFolder(from), synthRunFolder), out: join(folder, 'dataset') },
        ...{ overwrite: true, signal: abort },
        ...(licence === undefined ? {} : { card: { licence } }),
        onProgress: ({ rows, of }) => tell(`${rows} of ${of} rows`),
      });
      const files = configs.flatMap((config) => config.files);
      return {
        files: Object.fromEntries(files.map((path, place) => [`data-${place + 1}`, join('dataset', path)])),
        figures: { rows: configs.reduce((sum, { rows }) => sum + rows, 0) },
      };
    },
  };
}
