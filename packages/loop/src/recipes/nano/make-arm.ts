import { join } from 'node:path';
import { outlineWordProblem, readWordProblem, wordProblems } from '@scalequest/datasets/embedded';
import { nanoSolverInstruction, type TrainRow } from '@scalequest/train-bridge';
import { verifyReply } from '@scalequest/verifier';
import type { Step } from '../../engine/step.ts';
import { evaluateStep } from '../../steps/evaluate-step.ts';
import { rowStep } from '../../steps/leaderboard-steps.ts';
import { rowsStep } from '../../steps/rows-step.ts';
import { type TrainAccess, trainStep, untilSteps } from '../../steps/train-step.ts';
import { type Arm, describeArm } from './arms.ts';
import { chooseAnswers, type Taught } from './choose-answers.ts';
import { increase, sort } from './measure-questions.ts';

const benchmark = 'word-problems';

export interface MakeArmOptions {
  /** The step that answered its questions. */
  readonly answers: string;
  readonly studentSteps: number;
  /** Held-out problems. */
  readonly problems: number;
}

/** The rows of an arm, the student that learns from them, what it can do, and its row of the leaderboard. */
export function makeArm(
  arm: Arm,
  { answers, studentSteps, problems }: MakeArmOptions,
  access: TrainAccess,
): readonly Step[] {
  const rows = `rows-${arm.name}`;
  const student = `student-${arm.name}`;
  const evaluation = `evaluate-${arm.name}`;
  return [
    makeRows(arm, rows, answers),
    trainStep(
      {
        ...{ name: student, recipe: 'nano.student-sft', model: 'student-base', rows },
        // As many steps for every arm, however many rows it has.
        ...{ steps: studentSteps, settings: untilSteps },
      },
      access,
    ),
    evaluateStep({
      ...{ name: evaluation, benchmark, model: student, limit: problems },
      nameModel: (seed) => `nano-loop-${arm.name}-seed-${seed}`,
    }),
    // A part of a benchmark is no row.
    ...(problems < wordProblems.count ? [] : [rowStep({ name: `row-${arm.name}`, benchmark, evaluation })]),
  ];
}

function makeRows(arm: Arm, name: string, answers: string): Step {
  return rowsStep({
    name,
    after: [answers],
    settings: describeArm(arm),
    make: async function* ({ getFolder }, note) {
      const heldOut = listHeldOut();
      const bySteps = new Map<string, number>();
      const counts = { heldOut: 0, valid: 0, right: 0 };
      let rows = 0;
      for await (const taught of chooseAnswers(join(getFolder(answers), 'run'), arm.answers)) {
        if (rows === arm.rows) break;
        if (heldOut.has(outlineWordProblem(taught.question))) {
          counts.heldOut += 1;
          continue;
        }
        rows += 1;
        const reading = readWordProblem(taught.question);
        if (reading.kind === 'solvable') {
          counts.valid += 1;
          increase(bySteps, String(reading.steps));
          if (isRight(taught.response, String(reading.answer))) counts.right += 1;
        }
        yield toTrainRow(taught);
      }
      note({ ...counts, bySteps: sort(bySteps) });
    },
  });
}

/** The test, in other words too: a question that a student learnt would be no problem any more. */
function listHeldOut(): ReadonlySet<string> {
  const problems = wordProblems.generate({ seed: 0, count: wordProblems.count });
  return new Set(problems.map(({ problem }) => outlineWordProblem(problem)));
}

function isRight(reply: string, reference: string): boolean {
  return verifyReply({ reference, reply }).verdict === 'equal';
}

function toTrainRow({ id, question, response }: Taught): TrainRow {
  return { id, prompt: `${question}${nanoSolverInstruction}`, reply: response };
}
