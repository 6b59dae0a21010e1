import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs the grader itself on every case; the answers come in their order, behind the versions of what ran. */
export async function askSystem({ script, python, checkout, profile, cases }) {
  const child = spawn(
    python,
    [join(import.meta.dirname, script), '--profile', profile, ...(checkout ? ['--checkout', checkout] : [])],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' } },
  );
  const closed = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(cases.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  const code = await closed;
  const [first, ...answers] = lines;
  if (code !== 0 || answers.length !== cases.length) {
    throw new Error(`${script} ended with ${code} after ${answers.length} of ${cases.length} cases.`);
  }
  return { versions: first.versions, answers };
}
