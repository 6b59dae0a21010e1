import { quoteForShell } from '@scalequest/core';
import { tasks, templates } from '@scalequest/eval';
import { decontaminationBenchmarks, type Recipe } from '@scalequest/synth';
import { countProcesses, type LauncherChoice } from '@scalequest/train-bridge';
import type { ServeChoice } from '../../config/loop-config.ts';
import { getModel } from '../../config/resolve-config.ts';
import type { PlannedModel, Step } from '../../engine/step.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';

/** The port of the first server; each further one of a step has the next. */
const firstPort = 8000;

/** Words for a shell. The folder of the loop is put in later, in quotes of its own. */
function join(...words: readonly string[]): string {
  return words.map((word) => (/^\{loop\}[\w./-]*$/.test(word) ? word : quoteForShell(word))).join(' ');
}

export interface SynthesisCommandInput {
  readonly parts: LoopParts;
  readonly recipe: Recipe;
  readonly models: Readonly<Record<string, PlannedModel>>;
}

/**
 * The synthesis of a step, with the servers that it needs, as one would type them. A recipe that only the loop makes (a control, seeds of
 * a file) has no command of its own.
 */
export function writeSynthesis(step: Step, { parts, recipe, models }: SynthesisCommandInput): readonly string[] {
  const { config, paper } = parts;
  const names: Readonly<Record<string, string>> = {
    'qft-data': 'qft-data',
    'qpo-data': 'qpo-pairs',
    questions: paper.name,
  };
  const name = names[step.name];
  const isOwn =
    (step.name === 'qft-data' && config.seeds !== undefined) || (step.name === 'qpo-data' && paper.subject !== 'math');
  if (name === undefined || isOwn) return [];
  const roles = [...new Set(recipe.stages.flatMap((stage) => stage.models ?? []))];
  const served = serveModels(roles, { parts, models });
  const { dataDir } = config.data;
  const wanted = countWanted(recipe);
  return [
    ...served.commands,
    join(
      ...['scalequest', 'synth', name, '--form', config.form, '--out', `{loop}/steps/${step.name}/run`],
      ...(wanted === undefined ? [] : ['--accept', String(wanted)]),
      ...writeWords(step, config),
      ...roles.flatMap((role) => served.flags.get(role) ?? []),
      ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ),
  ];
}

/** What models are told and questions are compared with, where it is not the project's own. */
function writeWords({ name }: Step, { prompts, decontaminate, form }: LoopParts['config']): readonly string[] {
  const compared = form === 'faithful' ? undefined : decontaminate;
  const left = decontaminationBenchmarks.filter((benchmark) => compared?.includes(benchmark) === false);
  return [
    ...(prompts === undefined || name === 'qft-data' ? [] : ['--prompts', prompts]),
    ...(compared?.length === 0 ? ['--no-decontamination'] : left.flatMap((benchmark) => ['--without', benchmark])),
  ];
}

/** Rows of each generator, where the command can say it: all the same. */
function countWanted({ generators }: Recipe): number | undefined {
  const [first] = generators;
  const wanted = first?.accept === 'all' ? undefined : first?.accept;
  return generators.every(({ accept }) => accept === wanted) ? wanted : undefined;
}

/** Starts the servers of models that are checkpoints, and says where each role is asked. */
function serveModels(
  roles: readonly string[],
  { parts, models }: Pick<SynthesisCommandInput, 'parts' | 'models'>,
): { readonly commands: readonly string[]; readonly flags: ReadonlyMap<string, readonly string[]> } {
  const { config } = parts;
  const urls = new Map<string, string>();
  const commands: string[] = [];
  const serve = (key: string, { name, checkpoint }: { readonly name: string; readonly checkpoint: string }): string => {
    const known = urls.get(name);
    if (known !== undefined) return known;
    const port = firstPort + urls.size;
    commands.push(writeServer(config.serve, { key, name, checkpoint, port }));
    const url = `http://localhost:${port}/v1`;
    urls.set(name, url);
    return url;
  };
  const flags = roles.map((role): [string, readonly string[]] => {
    const name = models[role]?.name ?? role;
    if (config.bases[role] !== undefined) {
      const url = serve(name, { name, checkpoint: `{loop}/steps/${name}` });
      return [role, ['--endpoint', `${role}=${url}`, '--model', `${role}=${name}`]];
    }
    const { endpoints, endpointsFile, checkpoint = '', keyEnv, prices } = getModel(config, role);
    const where =
      endpointsFile !== undefined
        ? ['--endpoints', `${role}=${endpointsFile}`]
        : ['--endpoint', `${role}=${endpoints?.join(',') ?? serve(role, { name, checkpoint })}`];
    return [
      role,
      [
        ...where,
        ...['--model', `${role}=${name}`],
        ...(keyEnv === undefined ? [] : ['--key-env', `${role}=${keyEnv}`]),
        ...(prices === undefined ? [] : ['--price', `${role}=${prices.in},${prices.out}`]),
      ],
    ];
  });
  return { commands, flags: new Map(flags) };
}

interface Server {
  /** By which its settings stand in the configuration: a role, or the step that makes it. */
  readonly key: string;
  readonly name: string;
  readonly checkpoint: string;
  readonly port: number;
}

function writeServer(serve: ServeChoice, { key, name, checkpoint, port }: Server): string {
  const { engine, args = [], gpus, maxContext, maxBatch } = { ...serve, ...serve.models?.[key] };
  const command = join(
    ...['scalequest', 'serve', 'model', checkpoint, '--name', name, '--port', String(port)],
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(maxContext === undefined ? [] : ['--max-context', String(maxContext)]),
    ...(maxBatch === undefined ? [] : ['--max-batch', String(maxBatch)]),
    ...(args.length === 0 ? [] : ['--', ...args]),
  );
  return gpus === undefined ? command : `CUDA_VISIBLE_DEVICES=${gpus} ${command}`;
}

/** A training. Its settings are the very ones of the step. */
export function writeTraining(step: Step, checkpoint: string | undefined): readonly string[] {
  const { recipe, model, rows, steps } = step.settings;
  const { settings = {}, launcher } = step.training ?? {};
  const begins = checkpoint ?? `{loop}/steps/${String(model)}`;
  const sets = Object.entries(settings);
  return [
    join(
      ...['scalequest', 'train', String(recipe), '--model', begins],
      ...['--data', `{loop}/steps/${String(rows)}/rows.jsonl`, '--out', `{loop}/steps/${step.name}`],
      ...(steps === null ? [] : ['--steps', typeof steps === 'number' ? String(steps) : 'N']),
      ...sets.flatMap(([key, value]) => ['--set', `${key}=${JSON.stringify(value)}`]),
      ...writeLauncher(launcher),
    ),
  ];
}

function writeLauncher(choice: LauncherChoice | undefined): readonly string[] {
  if (choice === undefined) return [];
  const { launcher } = choice;
  if (launcher === 'local') return ['--launcher', launcher];
  const shared = ['--launcher', launcher, '--processes', String(countProcesses(choice))];
  if (launcher !== 'ray') return shared;
  const { address, gpusPerProcess, cpusPerProcess, resources = {}, rayPython } = choice;
  return [
    ...[...shared, '--ray-address', address],
    ...(gpusPerProcess === undefined ? [] : ['--gpus-per-process', String(gpusPerProcess)]),
    ...(cpusPerProcess === undefined ? [] : ['--cpus-per-process', String(cpusPerProcess)]),
    ...Object.entries(resources).flatMap(([name, amount]) => ['--resource', `${name}=${amount}`]),
    ...(rayPython === undefined ? [] : ['--ray-python', rayPython]),
  ];
}

/** The steps of a control are known when the training that it is compared with is done. */
export function mindSteps({ settings: { steps } }: Step): readonly string[] {
  const as = typeof steps === 'object' && steps !== null && 'as' in steps ? String(steps.as) : undefined;
  return as === undefined
    ? []
    : [`N is the number of steps of '${as}', which \`scalequest train status\` says of its folder.`];
}

/** The evaluation of a student, with its server. Sets of a benchmark, such as `mbpp-plus`, have a command each. */
export function writeEvaluation(step: Step, { config }: LoopParts): readonly string[] {
  const { model, called, protocol, maxTokens } = step.settings;
  const name = String(called);
  const { dataDir } = config.data;
  const evaluate = (what: readonly string[], limit: number | undefined, folder: string): string =>
    join(
      ...['scalequest', 'eval', ...what, '--model', name],
      ...['--protocol', String(protocol), '--template', nameTemplate(step)],
      ...(maxTokens === null ? [] : ['--max-tokens', String(maxTokens)]),
      ...(limit === undefined ? [] : ['--limit', String(limit)]),
      ...['--base-url', `http://localhost:${firstPort}/v1`, '--out', folder],
      ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    );
  const folder = `{loop}/steps/${step.name}`;
  const whole = config.benchmarks.filter(({ name: one, limit }) => tasks.has(one) && limit === undefined);
  const others = config.benchmarks.filter((one) => !whole.includes(one));
  return [
    writeServer(config.serve, {
      ...{ key: String(model), name, checkpoint: `{loop}/steps/${String(model)}`, port: firstPort },
    }),
    ...(whole.length === 0
      ? []
      : [evaluate(['all', '--only', whole.map((benchmark) => benchmark.name).join(',')], undefined, folder)]),
    ...others.map(({ name: one, limit }) => evaluate(findSet(one), limit, `${folder}/${one}`)),
  ];
}

/** A benchmark as `scalequest eval` takes it: by its name, or as a set of one. */
function findSet(name: string): readonly string[] {
  for (const task of tasks.values()) {
    const found = task.sets?.find(({ benchmark }) => benchmark === name);
    if (found !== undefined && !tasks.has(name)) return [task.name, '--set', found.set];
  }
  return [name];
}

/** One of the recipe's own stands in a file. */
function nameTemplate({ settings }: Step): string {
  const { name } = settings.template as { readonly name: string };
  return templates.has(name) ? name : `${name}.json`;
}

/** What is not said by the command. */
export function mindTemplate(step: Step): readonly string[] {
  const name = nameTemplate(step);
  if (!name.endsWith('.json')) return [];
  return [`Typed by hand, '${name}' is a file with the template of the recipe (docs/protocols.md).`];
}

/** The dataset as the hub takes it. */
export function writeExport({ config: { licence } }: LoopParts): readonly string[] {
  return [
    join(
      ...['scalequest', 'synth', 'export', '{loop}/steps/questions/run', '--out', '{loop}/steps/dataset/dataset'],
      ...(licence === undefined ? [] : ['--licence', licence]),
    ),
  ];
}
