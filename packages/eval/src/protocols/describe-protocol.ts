import type { ProtocolForm } from './protocol.ts';

/** How the prompt reaches the model, in a few words. */
export function describeForm({ prompt, template }: ProtocolForm): string {
  if (prompt.kind === 'completion') return 'raw text';
  return template === undefined ? "chat, the server's template" : `raw text, template ${template.name}`;
}

/** Which examples are shown, in a few words. */
export function describeShots({ shots }: ProtocolForm): string {
  if (shots === undefined) return 'none';
  const source = shots.source.kind === 'file' ? 'a file (--shots)' : shots.source.name;
  if (shots.count === 0) return `none; takes some of ${source}`;
  const { choice } = shots;
  if (choice.kind === 'first') {
    const behind = choice.skip === undefined ? '' : `, behind ${choice.skip}`;
    return `first ${shots.count} of ${source}${behind}`;
  }
  return `${shots.count} of ${source}, drawn for each problem (Python, seed ${choice.seed})`;
}

const beginnings = ['<|begin_of_text|>', '<s>', '<｜begin▁of▁sentence｜>', '<bos>'];

/** The token that begins a text, where the protocol writes it itself: most servers put one of their own before it. */
export function findBeginning({ prompt, template }: ProtocolForm): string | undefined {
  const text = prompt.kind === 'completion' ? prompt.template : (template?.begin ?? '');
  const known = beginnings.find((beginning) => text.startsWith(beginning));
  return known ?? (prompt.kind === 'chat' && template?.bos === 'text' ? (template.begin ?? '') : undefined);
}
