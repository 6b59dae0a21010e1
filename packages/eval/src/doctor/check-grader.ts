import { type Verdict, verifyAnswer, verifyReply } from '@scalequest/verifier';
import { oursGrader, type ReplyVerifier } from '../pipeline/grader.ts';
import { broken, type Check, ok } from './check.ts';

/** Pairs whose verdict nobody doubts, one at least for each way in which answers are compared. */
const canaries: readonly { readonly reference: string; readonly candidate: string; readonly verdict: Verdict }[] = [
  { reference: '\\frac{1}{2}', candidate: '0.5', verdict: 'equal' },
  { reference: '1,234', candidate: '1234', verdict: 'equal' },
  { reference: '\\frac{\\sqrt{3}}{3}', candidate: '\\frac{1}{\\sqrt{3}}', verdict: 'equal' },
  { reference: '(x+1)^2', candidate: 'x^2+2x+1', verdict: 'equal' },
  { reference: '[2, 5)', candidate: '2 \\le x < 5', verdict: 'equal' },
  { reference: '12', candidate: '13', verdict: 'different' },
  { reference: '\\sqrt{2}', candidate: '1.41', verdict: 'different' },
  { reference: '(1, 2)', candidate: '(2, 1)', verdict: 'different' },
  { reference: '[2, 5)', candidate: '[2, 5]', verdict: 'different' },
  { reference: '(x+1)^2', candidate: 'x^2+2x+2', verdict: 'different' },
];

/** Without fuel no check finishes, and the verdict says so. */
const starved = { reference: '(x+1)^{20}', candidate: '(1+x)^{19}(x+1)' };

/** Looks at verdicts of our grader that are known: equal, different and undecided, here and in its worker threads. */
export function checkGrader({ verifier }: { readonly verifier?: ReplyVerifier | undefined } = {}): Check {
  return {
    name: 'grader',
    looksAt: 'verdicts of our grader that are known',
    run: async () => {
      const wrong = canaries.flatMap(({ reference, candidate, verdict }) => {
        const found = verifyAnswer({ reference, candidate }).verdict;
        return found === verdict ? [] : [`'${candidate}' against '${reference}' is ${found}, not ${verdict}`];
      });
      const hungry = verifyAnswer(starved, { fuel: 1 }).verdict;
      if (hungry !== 'undecided') wrong.push(`a comparison without fuel is ${hungry}, not undecided`);
      const silent = verifyReply({ reference: '4', reply: 'I do not know.' });
      if (silent.verdict === 'equal') wrong.push('a reply without an answer is equal');
      if (verifier !== undefined) {
        const { verdict } = await verifier.verify({ reference: '\\frac{1}{2}', reply: 'So it is \\boxed{0.5}.' });
        if (verdict !== 'equal') wrong.push(`in a worker thread '0.5' against '\\frac{1}{2}' is ${verdict}`);
      }
      const count = canaries.length + 2 + (verifier === undefined ? 0 : 1);
      if (wrong.length === 0) return ok(`${count} known verdicts of ${oursGrader} are as they must be.`);
      return broken({
        what: `${oursGrader} gives ${wrong.length} of ${count} known verdicts wrongly.`,
        why: `${wrong.slice(0, 3).join('; ')}.`,
        next: 'The installation is damaged: `npm ci && npm run build` makes it anew.',
      });
    },
  };
}
