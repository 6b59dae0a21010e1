import type { Budget, Prices } from '@scalequest/eval';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { parseNumber } from './parse-options.ts';

export interface BudgetFlags {
  readonly maxCost?: number;
  readonly maxTotalTokens?: number;
  readonly priceIn?: number;
  readonly priceOut?: number;
}

export function addBudgetOptions(command: Command): Command {
  const price = (option: string): ((text: string) => number) => parseNumber({ option, min: 0, isInteger: false });
  return command
    .option(
      '--max-total-tokens <n>',
      'stop asking when prompts and replies have taken n tokens in all (default: no bound)',
      parseNumber({ option: '--max-total-tokens', min: 1, isInteger: true }),
    )
    .option(
      '--max-cost <amount>',
      'stop asking when this much is spent, by the prices (default: no bound)',
      parseNumber({ option: '--max-cost', min: 0, isInteger: false, includesMin: false }),
    )
    .option('--price-in <amount>', 'price of a million prompt tokens; or "prices" in --config', price('--price-in'))
    .option('--price-out <amount>', 'price of a million reply tokens', price('--price-out'));
}

export interface ChosenBudget {
  readonly budget: Budget;
  readonly prices?: Prices;
}

/**
 * The budget of the flags, with prices from the flags or, for this model, from the configuration file.
 *
 * @throws CliError `BAD_OPTION` for half a price, and for a bound on a cost that cannot be known
 */
export function chooseBudget(
  { maxCost, maxTotalTokens, priceIn, priceOut }: BudgetFlags,
  { model, file }: { readonly model: string; readonly file: ConfigurationFile },
): ChosenBudget {
  const listed = file.prices?.[model];
  if ((priceIn === undefined) !== (priceOut === undefined)) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `Option '${priceIn === undefined ? '--price-out' : '--price-in'}' is given alone.`,
      next: 'Give both --price-in and --price-out, per million tokens; 0 is a price.',
    });
  }
  const prices =
    priceIn !== undefined && priceOut !== undefined
      ? { priceIn, priceOut }
      : listed === undefined
        ? undefined
        : { priceIn: listed.in, priceOut: listed.out };
  if (maxCost !== undefined && prices === undefined) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: "Option '--max-cost' needs prices.",
      why: `None are known for the model '${model}'.`,
      next: `Give --price-in and --price-out, per million tokens, or write them into the configuration file: {"prices": {"${model}": {"in": 0.5, "out": 1.5}}}.`,
      fields: { model },
    });
  }
  return {
    budget: {
      ...(maxCost === undefined ? {} : { maxCost }),
      ...(maxTotalTokens === undefined ? {} : { maxTotalTokens }),
    },
    ...(prices === undefined ? {} : { prices }),
  };
}
