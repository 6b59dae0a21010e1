import { readFile } from 'node:fs/promises';
import { asFileError, describeCloseNames, stripByteOrderMark } from '@scalequest/core';
import { z } from 'zod';
import { LoopError } from '../errors.ts';
import { type Figure, type FigureName, type UnitFigures, unitFigures } from './unit-figures.ts';

const fileSchema = z.record(z.string(), z.number().nonnegative());

/**
 * The unit figures with those of a user's file over them: JSON, `{"h100.price": 2.1, "response.tokens": 600}`.
 *
 * @throws LoopError `BAD_FIGURES`; CoreError where the file cannot be read
 */
export async function readFigures(path: string): Promise<UnitFigures> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
  let given: Readonly<Record<string, number>>;
  try {
    given = fileSchema.parse(JSON.parse(stripByteOrderMark(text)));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    throw badFigures(
      path,
      issue === undefined ? String(error) : `${issue.path.join('.') || 'It'}: ${issue.message}.`,
      error,
    );
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(unitFigures, name));
  if (unknown !== undefined) {
    throw badFigures(
      path,
      `'${unknown}' is no figure. ${describeCloseNames(unknown, Object.keys(unitFigures))}`.trim(),
    );
  }
  const own = Object.entries(given).map(([name, value]): [string, Figure] => {
    const { unit } = unitFigures[name as FigureName];
    // Of one's own GPUs or servers there may be no bill; by every other figure something is divided, or comes to nothing.
    const isNothing = value === 0 && !unit.startsWith('$');
    if (isNothing || (unit === 'share' && value > 1)) throw badFigures(path, `'${name}' is ${value}, in ${unit}.`);
    return [name, { value, unit, mark: 'ours', source: path }];
  });
  return { ...unitFigures, ...(Object.fromEntries(own) as Partial<UnitFigures>) };
}

function badFigures(path: string, why: string, cause?: unknown): LoopError {
  return new LoopError({
    code: 'BAD_FIGURES',
    kind: 'request',
    what: `The figures in '${path}' cannot be used.`,
    why,
    next: 'Give {"NAME": NUMBER}; `scalequest loop RECIPE --plan` ends with the names.',
    fields: { path },
    cause,
  });
}
