import type { HubOptions } from '@scalequest/datasets';
import type { TrainAccess } from '../steps/train-step.ts';

/** How a loop is run, which changes nothing that comes out. */
export interface LoopAccess extends TrainAccess {
  /** Where downloads and environments are kept. */
  readonly cacheDir: string;
  /** Where the hub is, and who asks. @defaultValue huggingface.co, nobody */
  readonly hub?: HubOptions;
  /** Where the keys of given models are: `process.env`. @defaultValue there are none */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** An interpreter that can train and serve, where the configuration names none. @defaultValue one that is set up on first use */
  readonly python?: string;
  /** Where benchmarks and training sets are, where the configuration does not say. */
  readonly dataDir?: string;
  /**
   * Most that models with prices may cost, over all sessions of the loop, in their currency. What would go beyond it is not asked, and
   * the loop ends with `BUDGET_SPENT`; with more it goes on. `nano` has none that cost. @defaultValue not bounded
   */
  readonly maxCost?: number;
}
