import { makeConfigJsonSchema } from './config-json-schema.ts';

/** The parts of JSON Schema that zod makes of the configuration. */
interface Schema {
  readonly type?: string;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
}

interface PythonClass {
  readonly name: string;
  readonly base?: string;
  readonly fields: readonly string[];
}

/**
 * `sq_train/config_types.py`: what `train.json` holds, as Python dataclasses in snake_case. The worker's types are those of
 * the zod schema because they are written from it.
 */
export function makeConfigPython(): string {
  const { oneOf: kinds = [] } = JSON.parse(makeConfigJsonSchema()) as Schema;
  const [first] = kinds;
  const shared = Object.entries(first?.properties ?? {}).filter(([key, value]) =>
    kinds.every(({ properties }) => JSON.stringify(properties?.[key]) === JSON.stringify(value)),
  );
  const names = new Set(shared.map(([key]) => key));
  const classes: PythonClass[] = [];
  const base = 'CommonTraining';
  addClass(classes, { name: base, schema: { ...first, properties: Object.fromEntries(shared) } });
  const trainings = kinds.map((kind) => {
    const name = `${nameClass(String(kind.properties?.kind?.const))}Training`;
    const own = Object.entries(kind.properties ?? {}).filter(([key]) => !names.has(key));
    addClass(classes, { name, base, schema: { ...kind, properties: Object.fromEntries(own) } });
    return name;
  });
  return [
    '"""What train.json may hold. Written from the zod schema by scripts/write-config-schema.mjs: change it there."""',
    'from __future__ import annotations\n\nfrom dataclasses import dataclass\nfrom typing import Literal, Optional, Union\n',
    ...classes.map(printClass),
    `TrainConfig = Union[${trainings.join(', ')}]\n`,
  ].join('\n\n');
}

/** Adds the class of an object, behind those that its fields need. */
function addClass(
  classes: PythonClass[],
  { name, base, schema }: { readonly name: string; readonly base?: string; readonly schema: Schema },
): void {
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const type = nameType(classes, key, value);
    return schema.required?.includes(key) === true
      ? `${toSnake(key)}: ${type}`
      : `${toSnake(key)}: Optional[${type}] = None`;
  });
  classes.push({ name, ...(base === undefined ? {} : { base }), fields });
}

function nameType(classes: PythonClass[], key: string, schema: Schema): string {
  if (schema.const !== undefined) return `Literal[${JSON.stringify(schema.const)}]`;
  if (schema.enum !== undefined) return `Literal[${schema.enum.map((value) => JSON.stringify(value)).join(', ')}]`;
  if (schema.oneOf !== undefined) {
    const names = schema.oneOf.map((option) => {
      const name = `${nameClass(String(option.properties?.kind?.const))}${nameClass(key)}`;
      addClass(classes, { name, schema: option });
      return name;
    });
    return `Union[${names.join(', ')}]`;
  }
  if (schema.type === 'object') {
    const name = `${nameClass(key)}Config`;
    addClass(classes, { name, schema });
    return name;
  }
  const type = { string: 'str', integer: 'int', number: 'float', boolean: 'bool' }[schema.type ?? ''];
  if (type === undefined) throw new TypeError(`'${key}' has a form that the worker's types have no name for.`);
  return type;
}

function printClass({ name, base, fields }: PythonClass): string {
  const head = `@dataclass(frozen=True, kw_only=True)\nclass ${name}${base === undefined ? '' : `(${base})`}:`;
  return `${head}\n${fields.map((field) => `    ${field}`).join('\n')}\n`;
}

function nameClass(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function toSnake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
