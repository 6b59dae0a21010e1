import type { Check, CheckResult } from './check.ts';

/** Runs checks and gives their results in their order. Those of an endpoint wait for it side by side. */
export async function runChecks(
  checks: readonly Check[],
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Promise<readonly CheckResult[]> {
  if (atOnce) return await Promise.all(checks.map(runCheck));
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await runCheck(check));
  return results;
}

async function runCheck({ name, looksAt, run }: Check): Promise<CheckResult> {
  const startedAt = performance.now();
  const finding = await run();
  return { name, looksAt, ...finding, ms: Math.round(performance.now() - startedAt) };
}
