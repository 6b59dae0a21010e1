import { getBenchmark } from '@scalequest/datasets';
import { getModel, type ResolvedBase, type ResolvedStudent } from '../../config/resolve-config.ts';
import type { ModelWork, StepNeed, StepWork } from '../../engine/step.ts';
import { findResultTask } from '../../steps/find-result-task.ts';
import type { LoopParts } from './scalequest-loop.ts';

const billion = 1e9;
/** Of float32 weights, as they are written; of a checkpoint, with both moments of the optimizer. */
const weightBytes = 4;
const checkpointBytes = 12;
/** The recipes keep two. */
const keptCheckpoints = 2;
/** Of a row with one answer, and of each further one (100 released rows). */
const rowBytes = 1500;
const responseBytes = 1300;

const folderOf = (step: string): string => `{loop}/steps/${step}`;
const python: StepNeed = { kind: 'python' };

function needBase(base: { readonly checkpoint: string }, why: string): StepNeed {
  return { kind: 'model', name: base.checkpoint, why };
}

function needGiven({ config }: LoopParts, role: string): StepNeed {
  const { checkpoint } = getModel(config, role);
  return checkpoint === undefined
    ? { kind: 'endpoint', role }
    : { kind: 'model', name: checkpoint, why: `answers as ${role}` };
}

/** Of a role that is given: what the configuration says of it, else the paper's. */
function countParameters({ config, paper }: LoopParts, role: string): number {
  const given = getModel(config, role);
  const inName = /(\d+(?:\.\d+)?)b\b/i.exec(given.model)?.[1];
  return given.parameters ?? (inName === undefined ? (paper.roles[role]?.parameters ?? 0) : Number(inName));
}

function askGiven(
  parts: LoopParts,
  role: string,
  amounts: Omit<ModelWork, 'role' | 'model' | 'parameters'>,
): ModelWork {
  return { role, model: getModel(parts.config, role).model, parameters: countParameters(parts, role), ...amounts };
}

export function workOfSeeds({ config }: LoopParts): StepWork {
  const { seeds, form, counts } = config;
  return {
    commands: seeds === undefined ? [`scalequest synth qft-data --form ${form} --out ${folderOf('qft-data')}/run`] : [],
    diskBytes: counts.seeds * rowBytes,
  };
}

/** Of QFT, or of the control that trains on the chosen questions. */
export function workOfQft(
  parts: LoopParts,
  name: string,
  options: { readonly step: string; readonly rows: number },
): StepWork {
  const { config, paper } = parts;
  const base = config.bases[name] as ResolvedBase;
  const { question } = paper.amounts;
  const isFirst = options.step.startsWith('qft-');
  return {
    commands: [
      `scalequest train qft --model ${isFirst ? base.checkpoint : folderOf(`qft-${name}`)} --data ${folderOf(isFirst ? `qft-rows-${name}` : `chosen-${name}`)}/rows.jsonl --out ${folderOf(options.step)}`,
    ],
    training: { parameters: base.parameters, tokens: options.rows * (question + 25), method: 'sft' },
    diskBytes: measureTraining(base.parameters),
    needs: [...(isFirst ? [needBase(base, `becomes the generator '${name}'`)] : []), python],
  };
}

export function workOfPairs(parts: LoopParts): StepWork {
  const { config, paper } = parts;
  const { question, around, rewriting, rewriterPrompt, afterLanguage } = paper.amounts;
  const generators = Object.entries(config.bases);
  const asked = config.counts.generations;
  const rewritten = generators.length * asked * (config.form === 'faithful' ? 1 : afterLanguage);
  return {
    commands: [
      `scalequest synth qpo-pairs --form ${config.form} --rows ${asked} --out ${folderOf('qpo-data')}/run ${generators.map(([name]) => `--endpoint ${name}=URL --model ${name}=qft-${name}`).join(' ')} --endpoint rewriter=URL --model rewriter=${getModel(config, 'rewriter').model}`,
    ],
    calls: [
      ...generators.map(
        ([name, { parameters }]): ModelWork => askGenerator(`qft-${name}`, { name, parameters, rows: asked, parts }),
      ),
      askGiven(parts, 'rewriter', {
        task: 'replies',
        requests: Math.round(rewritten),
        promptTokens: Math.round(rewritten * (rewriterPrompt + question + around)),
        completionTokens: Math.round(rewritten * rewriting),
      }),
    ],
    diskBytes: generators.length * asked * rowBytes,
    needs: [needGiven(parts, 'rewriter')],
    because: paper.amounts.because,
  };
}

function askGenerator(
  model: string,
  {
    name,
    parameters,
    rows,
    parts: { config, paper },
  }: { readonly name: string; readonly parameters: number; readonly rows: number; readonly parts: LoopParts },
): ModelWork {
  // The fixed form asks for 32 questions in a request.
  const requests = Math.ceil(config.form === 'faithful' ? rows : rows / 32);
  return {
    ...{ role: name, model, parameters, task: 'replies', requests },
    promptTokens: requests * 25,
    completionTokens: Math.round(rows * paper.amounts.question),
  };
}

export function workOfQpo({ config, paper }: LoopParts, name: string): StepWork {
  const { parameters } = config.bases[name] as ResolvedBase;
  const { question, afterLanguage } = paper.amounts;
  // Two texts of a pair; the rewritten one is longer, and the reference reads both as well.
  const tokens = config.counts.generations * afterLanguage * (2 * (question + 25) + 20);
  return {
    commands: [
      `scalequest train qpo --model ${folderOf(`qft-${name}`)} --data ${folderOf(`qpo-rows-${name}`)}/rows.jsonl --out ${folderOf(`qpo-${name}`)}`,
    ],
    training: { parameters, tokens: Math.round(tokens), method: 'dpo' },
    diskBytes: measureTraining(parameters),
    needs: [python],
    because: 'about a fifth of the pairs is dropped, as by the filters of the paper',
  };
}

/** Of a synthesis of questions and answers: the whole, or a control. */
export function workOfQuestions(
  parts: LoopParts,
  { step, askers, filters }: { readonly step: string; readonly askers: string; readonly filters: boolean },
): StepWork {
  const { config, paper } = parts;
  const { form, counts, bases } = config;
  const { afterAll, because } = paper.amounts;
  const generators = Object.entries(bases).map(([name, { parameters }]) => {
    const wanted = counts.rows[name] ?? 0;
    // The faithful form asks for so many questions, the fixed one until so many are kept.
    const rows = !filters || paper.asksForRows(form) ? wanted : wanted / (afterAll[name] ?? 0.5);
    return { name, parameters, rows };
  });
  const asked = generators.reduce((sum, { rows }) => sum + rows, 0);
  const roles = generators.map(({ name }) => `--endpoint ${name}=URL --model ${name}=${askers}-${name}`).join(' ');
  return {
    commands: filters ? [`scalequest synth ${paper.name} --form ${form} --out ${folderOf(step)}/run ${roles} ...`] : [],
    calls: [
      ...generators.map((generator) => askGenerator(`${askers}-${generator.name}`, { ...generator, parts })),
      ...(filters ? listCalls(parts, asked) : [respondWith(parts, { questions: asked, samples: 1 })]),
    ],
    diskBytes: measureRows(parts, asked),
    needs: listRoles(parts).map((role) => needGiven(parts, role)),
    because,
  };
}

/** Of the control whose questions are the seeds. */
export function workOfSeedAnswers(parts: LoopParts): StepWork {
  const { seeds } = parts.config.counts;
  return {
    commands: [],
    calls: listCalls(parts, seeds),
    diskBytes: measureRows(parts, seeds),
    needs: listRoles(parts).map((role) => needGiven(parts, role)),
  };
}

function listRoles({ config }: LoopParts): readonly string[] {
  return Object.keys(config.models).filter((role) => role !== 'rewriter');
}

function measureRows({ paper }: LoopParts, asked: number): number {
  const { afterVerdict, responses } = paper.amounts;
  return Math.round(asked * rowBytes + asked * afterVerdict * responses * responseBytes);
}

function respondWith(
  parts: LoopParts,
  { questions, samples }: { readonly questions: number; readonly samples: number },
): ModelWork {
  const { question, around, response } = parts.paper.amounts;
  return askGiven(parts, 'responder', {
    task: 'replies',
    requests: Math.round(questions),
    promptTokens: Math.round(questions * (question + around)),
    completionTokens: Math.round(questions * samples * response),
  });
}

/** What the models are asked that are given. */
function listCalls(parts: LoopParts, asked: number): readonly ModelWork[] {
  const { config, paper } = parts;
  const { question, around, verdict, tests, response, responses, afterLanguage, afterVerdict } = paper.amounts;
  const judged = asked * afterLanguage;
  const answered = asked * afterVerdict;
  const replies = (role: string, rows: number, tokens: number): ModelWork =>
    askGiven(parts, role, {
      task: 'replies',
      requests: Math.round(rows),
      promptTokens: Math.round(rows * (question + around + 70)),
      completionTokens: Math.round(rows * tokens),
    });
  const scores = (role: string, rows: number, tokens: number): ModelWork =>
    askGiven(parts, role, {
      ...{ task: 'scores', requests: Math.round(rows), completionTokens: 0 },
      promptTokens: Math.round(rows * tokens),
    });
  const has = (role: string): boolean => config.models[role] !== undefined;
  return [
    replies('judge', judged, verdict),
    ...(has('difficulty') ? [scores('difficulty', answered, question)] : []),
    ...(has('tester') ? [replies('tester', answered, tests)] : []),
    respondWith(parts, { questions: answered, samples: responses }),
    scores('reward', answered * responses, question + response),
  ];
}

export function workOfDataset({ config }: LoopParts): StepWork {
  const rows = Object.values(config.counts.rows).reduce((sum, amount) => sum + amount, 0);
  return {
    commands: [`scalequest synth export ${folderOf('questions')}/run --out ${folderOf('dataset')}/dataset`],
    diskBytes: (rows * rowBytes) / 3,
  };
}

export function workOfStudent({ paper, config }: LoopParts, name: string, student: ResolvedStudent): StepWork {
  const { question, around, response, afterAll } = paper.amounts;
  const rows = Object.entries(config.counts.rows).reduce(
    (sum, [generator, amount]) => sum + amount * (paper.asksForRows(config.form) ? (afterAll[generator] ?? 0.5) : 1),
    0,
  );
  return {
    commands: [
      `scalequest train student-sft --model ${student.checkpoint} --data ${folderOf(`rows-${name}`)}/rows.jsonl --out ${folderOf(`student-${name}`)} --set optimizer.learningRate=${student.learningRate}`,
    ],
    training: {
      ...{ parameters: student.parameters, method: 'sft' },
      tokens: Math.round(rows * (question + around + response) * epochs),
    },
    diskBytes: measureTraining(student.parameters),
    needs: [needBase(student, `becomes the student '${name}'`), python],
    because: paper.amounts.because,
  };
}

/** Of `student-sft`. */
const epochs = 3;

export function workOfEvaluation({ paper, config }: LoopParts, name: string, student: ResolvedStudent): StepWork {
  const { benchmarks, protocol, evaluationTokens } = config;
  const problems = benchmarks.reduce(
    (sum, { name: benchmark, limit }) =>
      sum +
      Math.min(limit ?? Number.POSITIVE_INFINITY, getBenchmark(findResultTask(benchmark).benchmark).count ?? 1000),
    0,
  );
  const step = `student-${name}`;
  return {
    commands: [
      `scalequest serve model ${folderOf(step)} --register ${step}.txt`,
      ...benchmarks.map(
        ({ name: benchmark }) =>
          `scalequest eval ${benchmark} --protocol ${protocol} --template ${student.template.name} --endpoints ${step}.txt --model ${step} --out ${folderOf(`evaluate-${name}`)}/${benchmark}`,
      ),
    ],
    calls: [
      {
        ...{ role: 'student', model: step, parameters: student.parameters, task: 'replies', requests: problems },
        promptTokens: problems * 200,
        completionTokens: problems * Math.min(evaluationTokens ?? Number.POSITIVE_INFINITY, paper.amounts.reply),
      },
    ],
    diskBytes: problems * 4000,
    needs: benchmarks.map(({ name: benchmark }) => ({ kind: 'benchmark', name: benchmark })),
  };
}

/** Most of a training's time on the disk: two checkpoints and the model. */
function measureTraining(parameters: number): number {
  return Math.round(parameters * billion * (weightBytes + keptCheckpoints * checkpointBytes));
}
