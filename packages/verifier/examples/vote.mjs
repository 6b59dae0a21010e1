// Majority vote over several replies to one problem: node vote.mjs
import { extractAnswer, groupAnswers, verifyAnswer } from '@scalequest/verifier';

const replies = [
  'So it is $\\boxed{\\frac{1}{2}}$.',
  'The answer is 0.5.',
  'Final answer: $\\frac{2}{3}$',
  'I give up.',
];
const answers = replies
  .map((reply) => extractAnswer(reply))
  .flatMap((found) => (found.status === 'found' ? [found.answer] : []));
const [winner] = groupAnswers(answers).toSorted((a, b) => b.indexes.length - a.indexes.length);
console.log(`${winner.indexes.length} of ${replies.length} say ${winner.answer}`);
console.log(verifyAnswer({ reference: '2^{-1}', candidate: winner.answer }).verdict);
