// Writes the JSON Schema of train.json for the Python worker from the zod schema. Run after `npm run build`:
//   node packages/train-bridge/scripts/write-config-schema.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchemaFile, makeConfigJsonSchema } from '@scalequest/train-bridge';

mkdirSync(join(configSchemaFile, '..'), { recursive: true });
writeFileSync(configSchemaFile, makeConfigJsonSchema());
