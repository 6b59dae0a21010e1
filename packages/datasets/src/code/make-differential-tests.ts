import { readFileSync } from 'node:fs';
import { evalPlusFacts } from './evalplus-facts.ts';

export interface DifferentialTask {
  /** As in EvalPlus: `Mbpp/2`. Its oracle and the types of its inputs are known by it. */
  readonly id: string;
  /** The whole reference program. */
  readonly program: string;
  readonly entryPoint: string;
  /** The arguments of each call, as JSON text: JavaScript's numbers do not tell 1 from 1.0, nor hold what Python's do. */
  readonly inputsJson: string;
  /** Absolute tolerance, for outputs that are not equal. */
  readonly atol: number;
}

/**
 * Python source of tests that want from the candidate what the reference program gives: `check(candidate)`, for a
 * trusted checker. Everything that it stands on is in it.
 */
export function makeDifferentialTests({ id, program, entryPoint, inputsJson, atol }: DifferentialTask): string {
  const { oracles, inputs } = evalPlusFacts;
  // JSON text of a string is a Python literal as well.
  return `REFERENCE = ${JSON.stringify(program)}
ENTRY_POINT = ${JSON.stringify(entryPoint)}
ATOL = ${atol}
ORACLE = ${JSON.stringify(oracles[id] ?? 'equal')}
INPUTS = ${JSON.stringify(inputsJson)}


def read_input(given):
    return ${inputs[id] ?? 'given'}


${readRunner()}`;
}

let runner: string | undefined;

function readRunner(): string {
  runner ??= readFileSync(new URL('../../data/differential_tests.py', import.meta.url), 'utf8');
  return runner;
}
