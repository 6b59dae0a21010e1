import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from 'node-llama-cpp';

/** What is asked of the model after the last token of a step. */
type NextOptions = NonNullable<Exclude<ControlledEvaluateInputItem, Token>[1]['generateNext']>;

type EvaluationResults = Awaited<ReturnType<LlamaContextSequence['controlledEvaluate']>>;

/** The most probable token, and where they were asked for, the logits as the model gave them. */
export interface NextToken {
  readonly token: Token;
  readonly logits?: ReadonlyMap<Token, number>;
  /** The sum of exp(logit - highest logit) over the whole vocabulary. */
  readonly totalLogitWeight?: number;
}

export interface Step {
  /** The number of its sequence. */
  readonly place: number;
  readonly tokens: readonly number[];
  /** Whether a reply begins here: what the sequence held before is forgotten. */
  readonly isPrompt: boolean;
  readonly next: NextOptions;
}

interface QueuedStep extends Step {
  readonly resolve: (next: NextToken) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchLoop {
  /** Evaluates tokens after those that the sequence holds, together with the steps of other sequences. */
  readonly evaluate: (step: Step) => Promise<NextToken>;
}

/** A neighbour that nobody reads is begun anew from here on, so that its own past costs little. */
const mostCompanionTokens = 32;

/**
 * Evaluates the steps of all sequences in common rounds: prompts in batches of their own, then one token of every reply
 * in one batch.
 *
 * A batch of one row goes through other kernels than a batch of more rows, and its logits differ from the fourth digit on;
 * from two rows on, each row comes out the same, bit by bit, whatever stands beside it (tried with f32, q8_0 and 1 to 32
 * rows). llama.cpp cuts a batch where the numbers of its sequences have a gap. So the tokens go in the order of their
 * sequences, and one that would be alone gets a neighbour that nobody reads: no reply depends on what runs beside it.
 */
export function createBatchLoop({
  sequences,
  batchSize,
}: {
  /** In the order of their numbers in the context; two or more. */
  readonly sequences: readonly LlamaContextSequence[];
  /** The most tokens of one batch; two or more, and no fewer than there are sequences. */
  readonly batchSize: number;
}): BatchLoop {
  let queue: QueuedStep[] = [];
  let isRunning = false;

  const getSequence = (place: number): LlamaContextSequence => {
    const sequence = sequences[place];
    if (sequence === undefined) throw new Error(`There is no sequence ${place}.`);
    return sequence;
  };

  const evaluatePrompt = async ({ place, tokens, next }: Step): Promise<NextToken> => {
    const sequence = getSequence(place);
    await sequence.clearHistory();
    const input = toInput(tokens, next);
    let results: EvaluationResults = [];
    for (const [from, to] of cutPrompt(tokens.length, batchSize)) {
      results = await sequence.controlledEvaluate(input.slice(from, to));
    }
    return readNext(results);
  };

  const evaluateTogether = async (steps: readonly QueuedStep[]): Promise<void> => {
    const byPlace = new Map(steps.map((step) => [step.place, step]));
    // Every reply takes part in every round, so a sequence without a step holds nothing that is still needed.
    const companions = findCompanions([...byPlace.keys()], sequences.length);
    const begun = steps.filter(({ isPrompt }) => isPrompt).map(({ place }) => place);
    const full = companions.filter((place) => getSequence(place).nextTokenIndex > mostCompanionTokens);
    for (const place of [...full, ...begun]) await getSequence(place).clearHistory();
    const places = [...byPlace.keys(), ...companions].sort((a, b) => a - b);
    await Promise.all(
      places.map(async (place) => {
        const step = byPlace.get(place);
        // A companion gives an output as well: the last layer goes through the rows with one only.
        const input = toInput(step?.tokens ?? [0], step?.next ?? { token: true });
        const evaluation = getSequence(place).controlledEvaluate(input);
        if (step === undefined) await evaluation;
        else await evaluation.then((results) => step.resolve(readNext(results))).catch(step.reject);
      }),
    );
  };

  const takeSteps = (isWanted: (step: QueuedStep) => boolean): readonly QueuedStep[] => {
    const taken = queue.filter(isWanted);
    queue = queue.filter((step) => !isWanted(step));
    return taken;
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      for (const step of takeSteps(({ tokens }) => tokens.length > 1)) {
        await evaluatePrompt(step).then(step.resolve, step.reject);
      }
      // Whoever got a token asks for the next before this turn ends.
      await nextTurn();
      const singles = takeSteps(({ tokens }) => tokens.length === 1);
      if (singles.length > 0) {
        await evaluateTogether(singles).catch((error) => {
          for (const step of singles) step.reject(error);
        });
      }
      await nextTurn();
    }
    isRunning = false;
  };

  return {
    evaluate: (step) =>
      new Promise((resolve, reject) => {
        queue.push({ ...step, resolve, reject });
        if (isRunning) return;
        isRunning = true;
        void nextTurn().then(run);
      }),
  };
}

/** A neighbour for each place that has none: below it, or above the first. */
export function findCompanions(places: readonly number[], count: number): readonly number[] {
  const taken = new Set(places);
  const companions = new Set<number>();
  for (const place of [...places].sort((a, b) => a - b)) {
    const hasNeighbour = [place - 1, place + 1].some((other) => taken.has(other) || companions.has(other));
    if (!hasNeighbour) companions.add(place + 1 < count ? place + 1 : place - 1);
  }
  return [...companions];
}

/** Pieces of at most `size` tokens, and none of one token alone. */
export function cutPrompt(length: number, size: number): readonly (readonly [from: number, to: number])[] {
  const pieces: [number, number][] = [];
  for (let from = 0; from < length; ) {
    const left = length - from;
    const to = from + (left === size + 1 ? size - 1 : Math.min(size, left));
    pieces.push([from, to]);
    from = to;
  }
  return pieces;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function toInput(tokens: readonly number[], next: NextOptions): ControlledEvaluateInputItem[] {
  return tokens.map((token, index) =>
    index === tokens.length - 1 ? [token as Token, { generateNext: next }] : (token as Token),
  );
}

function readNext(results: EvaluationResults): NextToken {
  const next = results.at(-1)?.next;
  if (next?.token === undefined || next.token === null) throw new Error('The model gave no next token.');
  const { token, logits, totalLogitWeight } = next;
  return {
    token,
    ...(logits === undefined ? {} : { logits }),
    ...(totalLogitWeight === undefined ? {} : { totalLogitWeight }),
  };
}
