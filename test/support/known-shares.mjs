// Replies in known shares: what each problem gets depends on its id alone, so a test can count beforehand what a
// summary must say. Runs in the model server's own process, hence JavaScript.
import { createHash } from 'node:crypto';
import { loadBenchmark } from '@scalequest/datasets';

/** The outcome that the server arranges for a problem. Only integers can be made wrong for certain. */
export function planOutcome({ id, reference }) {
  const number = createHash('sha256').update(id).digest().readUInt32BE(0) % 100;
  if (number < 50) return 'correct';
  if (number < 75) return /^-?\d{1,9}$/.test(reference) ? 'wrong' : 'correct';
  if (number < 85) return 'truncated';
  if (number < 95) return 'no-answer';
  return 'error';
}

export function countPlanned(problems) {
  const counts = { correct: 0, wrong: 0, 'no-answer': 0, truncated: 0, undecided: 0, error: 0 };
  for (const problem of problems) counts[planOutcome(problem)]++;
  return counts;
}

function writeReply(problem) {
  switch (planOutcome(problem)) {
    case 'correct':
      return { text: `First this, then that. So the answer is $\\boxed{${problem.reference}}$.` };
    case 'wrong':
      return { text: `Clearly $\\boxed{${Number(problem.reference) + 1}}$.` };
    case 'truncated':
      return { text: 'We begin by looking at every case, of which there are', finishReason: 'length' };
    default:
      return { text: 'I would rather not say.' };
  }
}

/** @param options {{ benchmark: string, dataDir?: string, latencyMs?: number, transientShare?: number }} */
export default async function makeServer(options) {
  const { problems } = await loadBenchmark(options.benchmark, { dataDir: options.dataDir, cacheDir: '/nonexistent' });
  const byText = new Map(problems.map((problem) => [problem.problem, problem]));
  // The prompt is the problem, a blank line, and the instruction.
  const find = (text) => byText.get(text.slice(0, text.lastIndexOf('\n\n')));
  const isFirstTime = ({ timesSeen }) => timesSeen === 0;
  const share = options.transientShare ?? 0;
  return {
    latencyMs: options.latencyMs ?? 0,
    misbehaviours: [
      { kind: 'status', status: 400, when: ({ text }) => planOutcome(find(text)) === 'error' },
      { kind: 'status', status: 500, share, when: isFirstTime },
      { kind: 'cut', share, when: isFirstTime },
      { kind: 'malformed-json', share, when: isFirstTime },
      { kind: 'no-choices', share, when: isFirstTime },
    ],
    reply: ({ text }) => writeReply(find(text)),
  };
}
