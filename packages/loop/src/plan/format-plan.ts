import { formatTable } from './format-table.ts';
import type { Plan, PlannedStep, PlanSums } from './make-plan.ts';
import { showAmount, showBytes, showCount } from './show-amounts.ts';
import type { Figure } from './unit-figures.ts';

/**
 * A plan as text: a table of steps, then what is typed for each, then what it rests on.
 *
 * The object itself is the JSON of a plan.
 */
export function formatPlan(plan: Plan): string {
  const { loop, description, gpu, gpus, gpuHourPrice, done, steps, criticalPath } = plan;
  const counted = steps.filter(isCounted);
  const rows = [
    ['step', 'requests', 'tokens in', 'tokens out', 'trained', 'GPU h', 'hours', '$', 'disk'],
    ...counted.map((step) => [step.step, ...listAmounts(step)]),
    ['all', ...listAmounts(plan)],
  ];
  const others = steps.filter((step) => !isCounted(step));
  const unknown = others.filter(({ kind, isPlanned }) => !isPlanned && asksModels.has(kind));
  const quick = others.filter((step) => !unknown.includes(step));
  return [
    `${loop}: ${description}`,
    `On ${gpus} x ${gpu}, ${gpuHourPrice} $ for the hour of one.`,
    ...(done.length === 0
      ? []
      : [`${done.length} of ${done.length + steps.length} steps are done, and in no sum: ${done.join(', ')}.`]),
    '',
    formatTable(rows),
    '',
    ...listNames('Beside them, in minutes and without a model', quick),
    ...listNames('Not planned, and in no sum', unknown),
    `GPUs cost ${showAmount(plan.gpuCost)} $, services ${showAmount(plan.apiCost)} $: ${showAmount(plan.gpuCost + plan.apiCost)} $ together.`,
    `One step after the other takes ${showAmount(plan.hours)} hours. The longest chain of steps that rest on each other takes ${showAmount(criticalPath.hours)}:`,
    `  ${criticalPath.steps.join(' -> ')}`,
    'Not counted: loading models and starting servers, some minutes for each step, and the time that services take.',
    '',
    ...formatCommands(steps),
    ...formatNotes(steps),
    ...formatFigures(plan),
  ].join('\n');
}

/** Steps of these kinds take their time, whether it is known or not. */
const asksModels: ReadonlySet<string> = new Set(['train', 'synth', 'evaluate']);

function listNames(what: string, steps: readonly PlannedStep[]): readonly string[] {
  return steps.length === 0 ? [] : [`${what}: ${steps.map(({ step }) => step).join(', ')}.`];
}

function isCounted({ gpuHours, apiCost, requests, diskBytes }: PlannedStep): boolean {
  return gpuHours > 0 || apiCost > 0 || requests > 0 || diskBytes >= 1e6;
}

function listAmounts(sums: PlanSums): readonly string[] {
  const { requests, promptTokens, completionTokens, trainedTokens, gpuHours, hours, gpuCost, apiCost, diskBytes } =
    sums;
  return [
    ...[requests, promptTokens, completionTokens, trainedTokens].map(showCount),
    ...[gpuHours, hours, gpuCost + apiCost].map(showAmount),
    showBytes(diskBytes),
  ];
}

function formatCommands(steps: readonly PlannedStep[]): readonly string[] {
  const typed = steps.filter(({ commands, serves }) => commands.length > 0 || serves.length > 0);
  if (typed.length === 0) return [];
  const lines = typed.flatMap(({ step, commands, serves }) => [
    `  ${step}`,
    ...serves.map(
      ({ model, roles, gpus }) =>
        `    # ${model} answers for ${roles.join(', ')}${gpus === 0 ? '' : ` on ${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`}`,
    ),
    ...commands.map((command) => `    ${command}`),
  ]);
  return ['What each step does, as it is typed by hand (the loop does all of it by itself):', ...lines, ''];
}

function formatNotes(steps: readonly PlannedStep[]): readonly string[] {
  const byNote = new Map<string, string[]>();
  for (const { step, notes } of steps) for (const note of notes) byNote.set(note, [...(byNote.get(note) ?? []), step]);
  if (byNote.size === 0) return [];
  return ['Mind:', ...[...byNote].map(([note, of]) => `  ${of.join(', ')}: ${note}`), ''];
}

const marks: Readonly<Record<Figure['mark'], string>> = {
  paper: 'measured by the paper',
  others: 'measured by others',
  ours: 'measured by us',
  derived: 'derived',
  assumed: 'assumed',
};

/** What is least sure comes first. */
function formatFigures({ figures, steps }: Plan): readonly string[] {
  if (Object.keys(figures).length === 0) return [];
  const order: readonly Figure['mark'][] = ['assumed', 'derived', 'ours', 'others', 'paper'];
  const rests = (name: string): string => {
    const on = steps.filter(({ estimates }) => (estimates as readonly string[]).includes(name));
    return on.length === 0 ? '' : ` [${on.length} ${on.length === 1 ? 'step' : 'steps'}]`;
  };
  const sorted = Object.entries(figures).sort(([, a], [, b]) => order.indexOf(a.mark) - order.indexOf(b.mark));
  return [
    'It rests on these figures, the least sure first; a file of yours changes any of them (--figures FILE):',
    ...sorted.map(
      ([name, { value, unit, mark, source }]) =>
        `  ${name} = ${value} ${unit}: ${marks[mark]}, ${source}${rests(name)}`,
    ),
  ];
}
