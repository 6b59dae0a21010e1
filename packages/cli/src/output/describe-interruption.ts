import { isBudgetSpent } from '../errors.ts';

/** What is told of work that did not come to its end, and goes on with the same command. */
export function describeInterruption(
  error: unknown,
  { isStopped, folder }: { readonly isStopped: boolean; readonly folder: string },
): string {
  const kept = `What is finished is kept in ${folder}; the same command goes on`;
  if (isStopped) return `Stopped. ${kept} from there.`;
  return isBudgetSpent(error) ? `${error.message}\n${kept} with a higher --max-cost.` : `${kept} from there.`;
}
