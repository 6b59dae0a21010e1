import type { ProfileAnswer } from '../profile.ts';

/**
 * The piece of a reply that Qwen2.5-Math's toolkit takes for the answer, before it strips it. It looks for Minerva's
 * sentence, the last box, two forms of "the answer is", and takes the last number otherwise; a reply without one has
 * the answer ''.
 */
export function extractQwenAnswer(reply: string): ProfileAnswer | undefined {
  if (reply === '') return undefined;
  const { answer, rule } = findAnswer(reply.replaceAll('ки', ''));
  let tidied = answer.replaceAll(/\n\s*/g, '');
  if (tidied.startsWith(':')) tidied = tidied.slice(1);
  if (tidied.endsWith('.')) tidied = tidied.slice(0, -1);
  if (tidied.endsWith('/')) tidied = tidied.slice(0, -1);
  return { answer: tidied, rule };
}

function findAnswer(reply: string): ProfileAnswer {
  const sentence = 'final answer is $';
  if (reply.includes(sentence) && reply.includes('$. I hope')) {
    return { answer: behind(reply, sentence).split('$. I hope')[0]?.trim() ?? '', rule: 'minerva-sentence' };
  }
  if (reply.includes('boxed')) return { answer: readBox(behindLast(reply, 'boxed')), rule: 'last-boxed' };
  for (const phrase of ['he answer is', 'final answer is']) {
    if (reply.includes(phrase)) return { answer: behindLast(reply, phrase).trim(), rule: 'answer-phrase' };
  }
  const chinese = '答案是';
  if (reply.includes(chinese)) {
    const first = behind(reply, chinese).split(chinese)[0] as string;
    return { answer: (first.trim().split('\n\n')[0] as string).trim(), rule: 'answer-phrase' };
  }
  return {
    answer:
      reply
        .replaceAll(',', '')
        .match(/-?\d*\.?\d+/g)
        ?.at(-1) ?? '',
    rule: 'last-number',
  };
}

function behind(text: string, mark: string): string {
  return text.slice(text.indexOf(mark) + mark.length);
}

function behindLast(text: string, mark: string): string {
  return text.slice(text.lastIndexOf(mark) + mark.length);
}

/** Up to the brace that closes the box, or to the end; a box without a brace ends at a dollar. */
function readBox(rest: string): string {
  if (!rest.startsWith('{')) return (rest.split('$')[0] as string).trim();
  let depth = 1;
  for (let i = 1; i < rest.length; i++) {
    if (rest[i] === '{') depth++;
    else if (rest[i] === '}' && --depth === 0) return rest.slice(1, i);
  }
  return rest.slice(1);
}
