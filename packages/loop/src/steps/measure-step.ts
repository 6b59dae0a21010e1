import type { Fields, Step, StepContext } from '../engine/step.ts';

export interface MeasureStepOptions {
  readonly name: string;
  /** Raised where the same files give other figures. @defaultValue 1 */
  readonly version?: number;
  readonly after: readonly string[];
  readonly settings: Fields;
  readonly measure: (context: StepContext) => Promise<Fields>;
}

/** Figures of what earlier steps made, such as what an oracle says of it. Leaves no file: its figures stand in the manifest. */
export function measureStep({ name, version = 1, after, settings, measure }: MeasureStepOptions): Step {
  return {
    ...{ name, kind: 'measure', version, after, settings },
    run: async (context) => ({ files: {}, figures: await measure(context) }),
  };
}
