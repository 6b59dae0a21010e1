import { basename } from 'node:path';
import { listBenchmarks } from '@scalequest/datasets';
import { getModel } from '../../config/resolve-config.ts';
import type { PlannedModel, StepNeed } from '../../engine/step.ts';
import { locateData } from '../../recipes/scalequest/decontamination.ts';
import type { LoopParts } from '../../recipes/scalequest/scalequest-loop.ts';
import { chooseLauncher } from '../../recipes/scalequest/train-parts.ts';

/** Those of `datasets`, where the configuration says that they are. What a user made is their own matter. */
export function listBenchmarkNeeds(names: readonly string[], { config, access }: LoopParts): readonly StepNeed[] {
  const known = new Set(listBenchmarks().map(({ name }) => name));
  const { dataDir, allowDownload } = locateData(config, access);
  return names
    .filter((name) => known.has(name))
    .map((name) => ({
      ...{ kind: 'benchmark', name },
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(allowDownload === undefined ? {} : { allowDownload }),
    }));
}

/** What must be there before a training. */
export function listTrainingNeeds(
  parts: LoopParts,
  step: string,
  base: { readonly path: string; readonly source: string | undefined } | undefined,
): readonly StepNeed[] {
  const interpreter = parts.config.train.python ?? parts.access.python;
  const launcher = chooseLauncher(parts, step)?.launcher;
  return [
    ...(base === undefined ? [] : [needModel(base.path, base.source)]),
    // On a cluster of Ray other machines train.
    ...(launcher === 'ray'
      ? []
      : [
          { kind: 'python', ...(interpreter === undefined ? {} : { interpreter }) } as const,
          { kind: 'gpus' } as const,
        ]),
  ];
}

/** The paper's model is where a folder of its name is meant; another one comes from wherever the user has it. */
function needModel(path: string, repository: string | undefined): StepNeed {
  const isPapers = repository?.endsWith(`/${basename(path)}`) === true;
  return { kind: 'model', path, ...(isPapers ? { source: repository } : {}) };
}

export interface ServingInput {
  readonly parts: LoopParts;
  /** Of the recipe, models that the loop makes among them. */
  readonly roles: readonly string[];
  /** Models that the loop makes, which are served. */
  readonly steps: readonly string[];
}

/** What must be there before models are asked: servers that answer, or checkpoints and what serves them. */
export function listServingNeeds({ parts, roles, steps }: ServingInput): readonly StepNeed[] {
  const { config, paper } = parts;
  const { serve } = config;
  const needs: StepNeed[] = [];
  let isServed = steps.length > 0;
  for (const role of roles.filter((one) => config.bases[one] === undefined)) {
    const { model, endpoints, endpointsFile, checkpoint, keyEnv } = getModel(config, role);
    if (checkpoint === undefined) {
      needs.push({
        ...{ kind: 'endpoint', role, model, prompts: paper.roles[role]?.task === 'scores' ? 'scores' : 'turns' },
        ...(endpoints === undefined ? {} : { baseUrls: endpoints }),
        ...(endpointsFile === undefined ? {} : { endpointsFile }),
        ...(keyEnv === undefined ? {} : { keyVariable: keyEnv }),
      });
      continue;
    }
    isServed = true;
    needs.push(needModel(checkpoint, paper.roles[role]?.repository));
  }
  if (!isServed || serve.way === 'elsewhere') return needs;
  const { engine = 'auto' } = serve;
  return [
    ...needs,
    { kind: 'gpus' },
    ...(engine === 'transformers' ? [] : [{ kind: 'vllm', isWanted: engine === 'vllm' } as const]),
  ];
}

/** Servers that stand side by side and would all take the first GPU. */
export function mindGpus({ config }: LoopParts, models: Readonly<Record<string, PlannedModel>>): readonly string[] {
  const { serve } = config;
  const here = Object.entries(models).filter(
    ([role]) => config.bases[role] !== undefined || config.models[role]?.checkpoint !== undefined,
  );
  if (serve.way !== 'here' || here.length < 2) return [];
  const keys = [...new Set(here.map(([role, { name }]) => (config.bases[role] === undefined ? role : name)))];
  const without = keys.filter((key) => serve.models?.[key]?.gpus === undefined);
  if (without.length === 0) return [];
  const [first = ''] = without;
  return [
    `${without.join(', ')} would be served side by side on the first GPU: give each its own, "serve": {"way": "here", "models": {"${first}": {"gpus": "0"}}}.`,
  ];
}

/** A reward model whose architecture vLLM does not take for one by itself. */
export function mindRewards({ config, paper }: LoopParts, roles: readonly string[]): readonly string[] {
  const { serve } = config;
  return roles
    .filter((role) => paper.roles[role]?.task === 'scores' && config.models[role]?.checkpoint !== undefined)
    .filter((role) => (serve.models?.[role]?.args ?? serve.args) === undefined)
    .map(
      (role) =>
        `'${role}' gives numbers. vLLM serves one like InternLM2-7B-Reward with {"args": ["--runner", "pooling", "--trust-remote-code"]}, under "serve.models.${role}".`,
    );
}
