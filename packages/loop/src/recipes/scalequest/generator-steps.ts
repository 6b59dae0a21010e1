import { type QuestionPrefix, qpoPairs } from '@scalequest/synth';
import { getModel, type ResolvedBase } from '../../config/resolve-config.ts';
import type { Step } from '../../engine/step.ts';
import { readRows, rowsStep } from '../../steps/rows-step.ts';
import { synthStep } from '../../steps/synth-step.ts';
import { trainStep, untilSteps } from '../../steps/train-step.ts';
import { describeDecontamination, locateDecontamination } from './decontamination.ts';
import { describePrompts, loadPrompts } from './prompts.ts';
import type { LoopParts } from './scalequest-loop.ts';
import { makeSeedRows } from './seed-steps.ts';
import { chooseSettings, makeTrainAccess, writeTemplate } from './train-parts.ts';

/** From seed questions to models that ask: QFT, pairs of a question and its rewriting, QPO. */
export function makeGenerators(parts: LoopParts): readonly Step[] {
  const { bases, arms } = parts.config;
  const generators = Object.entries(bases);
  return [
    ...makeSeedRows(parts),
    ...generators.flatMap(([name, base]) => makeQft(parts, name, base)),
    makePairs(parts),
    ...generators.flatMap(([name, base]) => makeQpo(parts, name, base)),
    ...(arms.includes('sft-chosen') ? generators.flatMap(([name, base]) => makeSftChosen(parts, name, base)) : []),
  ];
}

interface Asked {
  readonly id: string;
  readonly question: string;
}

function makeQft(parts: LoopParts, name: string, base: ResolvedBase): readonly Step[] {
  const rows = `qft-rows-${name}`;
  return [
    rowsStep({
      name: rows,
      after: ['qft-data'],
      settings: { lead: base.prefix.lead ?? '' },
      make: async function* (context) {
        for await (const { id, question } of readRows<Asked>(context, 'qft-data'))
          yield { id, question: leadIn(base.prefix, question) };
      },
    }),
    trainStep(
      {
        ...{ name: `qft-${name}`, recipe: 'qft', rows },
        model: { given: base.model, path: base.checkpoint },
        settings: { ...writeTemplate(base), ...chooseSettings(parts.config, 'qft', name) },
      },
      makeTrainAccess(parts, `qft-${name}`),
    ),
  ];
}

/** Each generator asks, and the rewriter writes what it asked again. */
function makePairs(parts: LoopParts): Step {
  const { config, paper, access, open } = parts;
  const { form, counts, bases } = config;
  const prefixes = Object.fromEntries(Object.entries(bases).map(([name, { asked }]) => [name, asked]));
  const scale = { rows: counts.generations, subject: paper.subject };
  return synthStep({
    name: 'qpo-data',
    settings: {
      form,
      ...scale,
      prefixes: describePrefixes(config),
      ...describeDecontamination(config),
      ...describePrompts(config),
    },
    recipe: async () =>
      qpoPairs({
        ...{ form, ...scale, prefixes, prompts: await loadPrompts(config) },
        decontamination: locateDecontamination(config, access),
      }),
    models: {
      ...Object.fromEntries(Object.keys(bases).map((name) => [name, { step: `qft-${name}` }])),
      rewriter: { given: 'rewriter', model: getModel(config, 'rewriter') },
    },
    open,
    fields: ['question', 'rewritten'],
  });
}

interface Rewritten extends Asked {
  readonly rewritten: string;
}

function makeQpo(parts: LoopParts, name: string, base: ResolvedBase): readonly Step[] {
  const rows = `qpo-rows-${name}`;
  return [
    rowsStep({
      name: rows,
      after: ['qpo-data'],
      settings: { lead: base.prefix.lead ?? '', generator: name },
      make: async function* (context) {
        for await (const { id, question, rewritten } of readRows<Rewritten>(context, 'qpo-data')) {
          // A generator is trained on its own pairs.
          if (!id.startsWith(`${name}/`) || question === rewritten) continue;
          yield { id, chosen: leadIn(base.prefix, rewritten), rejected: leadIn(base.prefix, question) };
        }
      },
    }),
    trainStep(
      {
        ...{ name: `qpo-${name}`, recipe: 'qpo', model: `qft-${name}`, rows },
        settings: { ...writeTemplate(base), ...chooseSettings(parts.config, 'qpo', name) },
      },
      makeTrainAccess(parts, `qpo-${name}`),
    ),
  ];
}

/** The control of QPO: the chosen questions as in QFT, in as many steps as QPO takes. */
function makeSftChosen(parts: LoopParts, name: string, base: ResolvedBase): readonly Step[] {
  const rows = `chosen-${name}`;
  return [
    rowsStep({
      name: rows,
      after: [`qpo-rows-${name}`],
      settings: {},
      make: async function* (context) {
        for await (const { id, chosen } of readRows<{ id: string; chosen: string }>(context, `qpo-rows-${name}`))
          yield { id, question: chosen };
      },
    }),
    trainStep(
      {
        ...{ name: `sft-chosen-${name}`, recipe: 'qft', model: `qft-${name}`, rows },
        steps: { as: `qpo-${name}` },
        settings: {
          ...{ ...writeTemplate(base), ...untilSteps },
          ...chooseSettings(parts.config, 'sft-chosen', name),
        },
      },
      makeTrainAccess(parts, `sft-chosen-${name}`),
    ),
  ];
}

/** What stands between the prefix and the question belongs to the question: the generator writes it. */
function leadIn({ lead = '' }: QuestionPrefix, question: string): string {
  return `${lead}${question}`;
}

/** What each generator is asked with, for the settings of a step. */
export function describePrefixes({ bases }: LoopParts['config']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(bases).map(([name, { asked }]) => [name, asked.prefix]));
}
