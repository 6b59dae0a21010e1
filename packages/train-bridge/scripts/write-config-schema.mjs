// Writes what the Python worker knows of train.json, its JSON Schema and its types, from the zod schema. Run after
// `npm run build`:
//   node packages/train-bridge/scripts/write-config-schema.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { configSchemaFile, configTypesFile, makeConfigJsonSchema, makeConfigPython } from '@scalequest/train-bridge';

mkdirSync(dirname(configSchemaFile), { recursive: true });
writeFileSync(configSchemaFile, makeConfigJsonSchema());
writeFileSync(configTypesFile, makeConfigPython());
