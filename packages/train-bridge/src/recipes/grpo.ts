import { beginFullSizeConfig, paperAdamW } from './full-size-config.ts';
import type { FileRecipe } from './recipe.ts';

/**
 * Reinforcement learning against the verifier. The paper trains no student so; these are the figures of DeepSeekMath
 * (arXiv 2402.03300, 4.2), where GRPO comes from: learning rate 1e-6, KL weight 0.04, 64 replies to a problem, replies of at
 * most 1024 tokens, 1024 replies a step (16 problems), one update for each.
 *
 * What that paper leaves open is TRL's: clip range 0.2, sampling at temperature 1 from the whole distribution, rewards scaled
 * by the spread of their group, a constant learning rate after a short warm-up. A GPU holds few replies at once: 64 are
 * generated together, and one part trains 8.
 */
export const grpo: FileRecipe = {
  name: 'grpo',
  kind: 'grpo',
  rows: 'file',
  model: 'given',
  summary: 'A solver, trained by its own replies: those that the verifier finds right are made more likely.',
  source: 'DeepSeekMath (arXiv 2402.03300) 4.2; the paper has no such stage',
  makeConfig: (input) => ({
    ...beginFullSizeConfig(input),
    kind: 'grpo',
    grpo: {
      replies: 64,
      maxReplyTokens: 1024,
      temperature: 1,
      topP: 1,
      klWeight: 0.04,
      clipRange: 0.2,
      loss: 'grpo',
      scaleRewards: 'group',
      verifier: { deadlineSeconds: 60 },
    },
    activationCheckpointing: true,
    maxTokens: 2048,
    batchSize: 64,
    microBatchSize: 8,
    gradientAccumulation: 16,
    epochs: 1,
    optimizer: paperAdamW(1e-6),
    schedule: { kind: 'constant', warmupSteps: 10, finalShare: 1 },
    checkpointEverySteps: 20,
    logEverySteps: 1,
  }),
  limits: [
    'It was rewarded for answers and not for how it came to them: a right answer may stand behind a wrong reason.',
  ],
};
