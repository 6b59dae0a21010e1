// Compares pairs and says why: node verify-pairs.mjs
import { explain, verifyAnswer } from '@scalequest/verifier';

const pairs = [
  { reference: '\\frac{3}{4}', candidate: '0.75' },
  { reference: '\\sqrt{12}', candidate: '2\\sqrt{3}' },
  { reference: '(x+1)^2', candidate: 'x^2+1' },
  { reference: '50\\%', candidate: '50' },
  { reference: '\\ln x^2', candidate: '2\\ln x' },
];

for (const pair of pairs) {
  console.log(`${pair.reference} and ${pair.candidate}: ${explain(verifyAnswer(pair))}`);
}
