import { join } from 'node:path';

/** The Python package that ships with this one: source files, found through PYTHONPATH, installed nowhere. */
export const pythonFolder: string = join(import.meta.dirname, '..', 'python');

/** Every package that the worker needs, pinned. */
export const requirementsFile: string = join(pythonFolder, 'requirements.lock');

/** What the worker checks `train.json` against; written from the zod schema. */
export const configSchemaFile: string = join(pythonFolder, 'sq_train', 'train-config.schema.json');

/** What travels into the run folder of a training on a cluster, from {@link pythonFolder}. */
export const clusterPackages: readonly string[] = ['sq_train', 'sq_ray'];

/** The types that the worker reads `train.json` into; written from the zod schema. */
export const configTypesFile: string = join(pythonFolder, 'sq_train', 'config_types.py');
