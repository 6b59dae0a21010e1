import { z } from 'zod';
import type { Locator, ReplyFormat } from '../reply-format.ts';

const blockSchema = z.object({
  role: z.enum(['system', 'user', 'text', 'code', 'execution']),
  content: z.string(),
});
type Block = z.infer<typeof blockSchema>;

const recordSchema = z.object({
  id: z.string(),
  debug_result: z.array(blockSchema),
  completion: z.string(),
  label_file: z.enum(['correct', 'wrong']).optional(),
});

/**
 * MathCoder (mathllm/MathCoder): a conversation of text, code and output. The id of a GSM8K record is the 1-based line
 * of the test file, as text; the id of a MATH record is the file's name.
 */
export const mathcoder: ReplyFormat = {
  name: 'mathcoder',
  fields: ['id', 'debug_result', 'completion'],
  record: recordSchema.transform(({ id, debug_result: blocks, completion, label_file: file }) => ({
    locator: locate(id, blocks),
    replies: [
      { text: writeTranscript(blocks, completion), ...(file === undefined ? {} : { label: file === 'correct' }) },
    ],
  })),
};

function locate(id: string, blocks: readonly Block[]): Locator {
  const question = blocks.find(({ role }) => role === 'user')?.content;
  const check = question === undefined ? {} : { question };
  return /^[1-9]\d*$/.test(id) ? { by: 'line', line: Number(id) - 1, ...check } : { by: 'id', id, ...check };
}

/**
 * What the model and its interpreter wrote. The last block is not part of it where the model came to a boxed answer:
 * there it is `completion`, the contents of the box after MathCoder's normaliser, which turns `80 \, \text{minutes}`
 * into `80{minutes}`. In a conversation that was cut off, `completion` is the last block itself, and stays.
 */
function writeTranscript(blocks: readonly Block[], completion: string): string {
  const written = blocks.filter(({ role }) => role !== 'system' && role !== 'user');
  const beforeLast = written.at(-2);
  const endsInBox = beforeLast?.role === 'text' && beforeLast.content.includes('\\boxed');
  const repeatsBox = endsInBox && written.at(-1)?.content === completion;
  return (repeatsBox ? written.slice(0, -1) : written).map(writeBlock).join('\n');
}

function writeBlock({ role, content }: Block): string {
  if (role === 'code') return `\`\`\`python\n${content}\n\`\`\``;
  if (role === 'execution') return `\`\`\`output\n${content}\n\`\`\``;
  return content;
}
