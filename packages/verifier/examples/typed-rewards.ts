// Rewards for a batch of replies, with every type written out. Compile it, or run it where Node strips types.
import { type Extraction, type Reward, rewardReply, type VerifyOptions, verifyReply } from '@scalequest/verifier';

interface Sample {
  readonly reference: string;
  readonly reply: string;
}

interface Scored {
  readonly reward: Reward;
  /** What was read in the reply; null where nothing was. */
  readonly answer: string | null;
}

const options: VerifyOptions = { preset: 'strict', policies: { 'unit-omitted': false } };

function score(sample: Sample): Scored {
  const extraction: Extraction = verifyReply(sample, options).extraction;
  return { reward: rewardReply(sample, options), answer: extraction.status === 'found' ? extraction.answer : null };
}

const samples: readonly Sample[] = [
  { reference: '12\\text{ cm}', reply: 'The side is $\\boxed{12}$.' },
  { reference: '\\frac{1}{2}', reply: 'So the answer is 0.5.' },
  { reference: 'x+', reply: 'The answer is 5.' },
];

for (const sample of samples) {
  const { reward, answer } = score(sample);
  console.log(`${sample.reference}: reward ${reward} for ${answer}`);
}
