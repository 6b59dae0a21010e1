import { join } from 'node:path';
import { type ChatTemplate, findProtocol, renderPrompt, resolveProtocol } from '@scalequest/eval';
import { chooseResponse, type Responses, readStage } from '@scalequest/synth';
import type { ScalequestArm } from '../../config/loop-config.ts';
import type { ResolvedStudent } from '../../config/resolve-config.ts';
import { synthRunFolder } from '../../engine/loop-folder.ts';
import type { Fields, Step, StepContext } from '../../engine/step.ts';
import { evaluateServedStep } from '../../steps/evaluate-served-step.ts';
import { boardStep, rowStep } from '../../steps/leaderboard-steps.ts';
import { readRows, rowsStep } from '../../steps/rows-step.ts';
import { trainStep, untilSteps } from '../../steps/train-step.ts';
import { nameQuestions } from './dataset-steps.ts';
import { locateData } from './decontamination.ts';
import type { LoopParts } from './scalequest-loop.ts';
import { chooseSettings, makeTrainAccess } from './train-parts.ts';

/** Each student, and what it can do; those of the controls learn in as many steps as that of the whole. Then the leaderboard. */
export function makeStudents(parts: LoopParts): readonly Step[] {
  const { config } = parts;
  const { arms, armStudents, benchmarks, students } = config;
  const taught = Object.keys(students).flatMap((student) => [
    { student, arm: 'full' as const },
    ...(armStudents.includes(student) ? arms.map((arm) => ({ student, arm })) : []),
  ]);
  const whole = benchmarks.filter(({ limit }) => limit === undefined);
  const names = taught.map(nameTaught);
  const rows = names.flatMap((name) => whole.map((benchmark) => ({ name, benchmark: benchmark.name })));
  return [
    ...taught.flatMap((one) => makeStudent(parts, one)),
    ...rows.map(({ name, benchmark }) =>
      rowStep({
        ...{ name: nameRow(name, benchmark), benchmark, evaluation: `evaluate-${name}`, run: benchmark },
        data: locateData(config, parts.access),
      }),
    ),
    ...(rows.length === 0
      ? []
      : [
          boardStep({
            name: 'board',
            rows: rows.map(({ name, benchmark }) => nameRow(name, benchmark)),
            reported: config.reported,
          }),
        ]),
  ];
}

interface TaughtStudent {
  readonly student: string;
  readonly arm: ScalequestArm | 'full';
}

function nameTaught({ student, arm }: TaughtStudent): string {
  return arm === 'full' ? student : `${student}-${arm}`;
}

/** Names of sets have dots, and those of steps have none. */
const nameRow = (student: string, benchmark: string): string => `row-${student}-${benchmark.replaceAll('.', '-')}`;

function makeStudent(parts: LoopParts, taught: TaughtStudent): readonly Step[] {
  const { config, access, open } = parts;
  const student = config.students[taught.student] as ResolvedStudent;
  const { arm } = taught;
  const name = nameTaught(taught);
  const { learningRate, template, beginning } = student;
  return [
    rowsStep({
      name: `rows-${name}`,
      after: [nameQuestions(arm)],
      settings: { arm, template: describeTemplate(template), beginning },
      make: (context) => layOut(listTaught(context, arm), student),
    }),
    trainStep(
      {
        ...{ name: `student-${name}`, recipe: 'student-sft', rows: `rows-${name}` },
        model: { given: student.model, path: student.checkpoint },
        ...(arm === 'full' ? {} : { steps: { as: `student-${taught.student}` } }),
        settings: {
          'optimizer.learningRate': learningRate,
          ...student.settings,
          ...chooseSettings(config, 'student', taught.student),
          // It ends by its steps, also where the user says how often the whole's rows are gone over.
          ...(arm === 'full' ? {} : untilSteps),
        },
      },
      makeTrainAccess(parts, `student-${name}`),
    ),
    evaluateServedStep({
      name: `evaluate-${name}`,
      model: `student-${name}`,
      called: arm === 'full' ? student.title : `${student.title}-${arm}`,
      benchmarks: config.benchmarks,
      protocol: config.protocol,
      template,
      maxTokens: config.evaluationTokens,
      data: locateData(config, access),
      open,
      python: config.train.python ?? access.python,
    }),
  ];
}

/** As the settings of a step have it. */
function describeTemplate(template: ChatTemplate): Fields {
  return template as unknown as Fields;
}

interface Taught {
  readonly id: string;
  readonly question: string;
  readonly response: string;
}

async function* listTaught(context: StepContext, arm: TaughtStudent['arm']): AsyncGenerator<Taught> {
  const from = nameQuestions(arm);
  if (arm !== 'agreement-only') {
    yield* readRows<Taught>(context, from);
    return;
  }
  for await (const { generator, index, fields } of readStage(join(context.getFolder(from), synthRunFolder), 'check')) {
    const judged = fields as unknown as Responses & { readonly question: string };
    const chosen = chooseResponse(judged, { by: 'majority', minShare: 0.5, maxWrongEquations: 'any' });
    if ('keep' in chosen)
      yield { id: `${generator}/${index}`, question: judged.question, response: chosen.keep.response };
  }
}

/** Rows as raw text: what stands before a reply is, to the byte, what the student is asked with later. */
async function* layOut(rows: AsyncIterable<Taught>, { template, beginning }: ResolvedStudent): AsyncGenerator<object> {
  // The turns, and the sentence of the template: what a protocol says beside them is of its benchmarks.
  const { protocol } = resolveProtocol(findProtocol('dart@1'), { template });
  // A prompt ends before the space that the template has there: it is of the token of the first word.
  const space = / *$/.exec(template.assistant.start)?.[0] ?? '';
  for await (const { id, question, response } of rows) {
    const prompt = renderPrompt(protocol, question);
    if (prompt.kind !== 'completion') throw new TypeError(`Template '${template.name}' writes no raw text.`);
    yield {
      id,
      segments: [
        { text: `${beginning}${prompt.text}`, weight: 0 },
        { text: `${space}${response}`, weight: 1 },
      ],
    };
  }
}
