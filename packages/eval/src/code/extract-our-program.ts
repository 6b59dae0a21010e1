import type { ExtractedProgram, ProgramTask } from './extract-program.ts';
import { findLongestProgram } from './find-longest-program.ts';
import { parsePython } from './parse-python.ts';

/** First version. */
export function extractOurProgram(reply: string, { entryPoint, prompt }: ProgramTask): ExtractedProgram {
  const fence = /(?:^|\n)[ \t]*(?:```|~~~)[^\n]*\n([\s\S]*?)(?:\n[ \t]*(?:```|~~~)|$)/g;
  const blocks = [...reply.matchAll(fence)].map(([, code = '']) => code);
  const defines = new RegExp(`^(?:async )?def ${entryPoint}\\b`, 'm');
  const block = blocks.filter((code) => defines.test(code)).at(-1);
  if (block !== undefined) return { status: 'found', program: `${block}\n`, rule: 'fence' };
  if (!defines.test(reply) && parsePython(prompt + reply) !== undefined) {
    return { status: 'found', program: prompt + reply, rule: 'completion' };
  }
  const run = findLongestProgram(reply.split('\n'));
  return run === undefined
    ? { status: 'no-answer' }
    : { status: 'found', program: `${run.program.text}\n`, rule: 'run' };
}
