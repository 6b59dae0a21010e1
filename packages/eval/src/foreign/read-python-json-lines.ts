import { excerpt, type JsonLine, type ReadJsonLinesOptions, readJsonLines } from '@scalequest/core';
import { foreignLogError } from './foreign-log-error.ts';
import { parsePythonJson } from './parse-python-json.ts';

/**
 * Streams JSON Lines as Python writes them: a bare NaN or Infinity is null.
 *
 * @throws EvaluationError `FOREIGN_LOG_UNREADABLE` (a line is no JSON), CoreError
 */
export async function* readPythonJsonLines(
  path: string,
  options: Pick<ReadJsonLinesOptions, 'maxLineBytes'> = {},
): AsyncGenerator<Pick<JsonLine, 'value' | 'line'>> {
  // Lines that JSON.parse refuses stand before the one that comes next.
  const mended: Pick<JsonLine, 'value' | 'line'>[] = [];
  const lines = readJsonLines(path, {
    ...options,
    onBadLine: ({ text, line }) => mended.push({ value: parseLine(path, { text, line }), line }),
  });
  for await (const { value, line } of lines) {
    yield* mended.splice(0);
    yield { value, line };
  }
  yield* mended.splice(0);
}

function parseLine(path: string, { text, line }: { readonly text: string; readonly line: number }): unknown {
  try {
    return parsePythonJson(text);
  } catch (cause) {
    throw foreignLogError(path, { why: `Line ${line} is not JSON: ${excerpt(String(cause))}`, cause });
  }
}
