import { type Finding, makeFinding } from './span.ts';

const fence = '```output';

/**
 * The last line of a tool's output when the reply ends with it. A reply that ends in an error of the tool has no
 * answer, which is the same as truncated work and not a number out of the error's text.
 */
export function findToolOutput(text: string): Finding | 'failed' {
  const start = text.lastIndexOf(fence);
  if (start === -1) return null;
  const contentStart = start + fence.length;
  const close = text.indexOf('```', contentStart);
  if (close !== -1 && text.slice(close + 3).trim() !== '') return null;
  const content = text.slice(contentStart, close === -1 ? text.length : close).trimEnd();
  const line = content.lastIndexOf('\n') + 1;
  const last = content.slice(line);
  if (last.includes('Error') || last.includes('Timeout') || last.trim() === '') return 'failed';
  return makeFinding(text, { start: contentStart + line, end: contentStart + content.length });
}
