import type { BudgetLimits, HedgeOptions } from '@scalequest/models';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import type { BudgetFlags } from './budget-options.ts';
import type { ChosenModel } from './choose-model.ts';
import type { LiveFlags } from './live-options.ts';
import { parseNumber } from './parse-options.ts';

/** How the servers are asked. None of it is part of what a run is. */
export interface CallFlags {
  readonly requestsPerSecond?: number;
  readonly tokensPerMinute?: number;
  readonly hedge?: boolean;
}

export const endpointsFlag = '--endpoints <file>';

export function addCallOptions(command: Command): Command {
  return command
    .option(
      endpointsFlag,
      'instead of --base-url: a file with an endpoint a line, read again while the run goes on; or "endpoints" in --config',
    )
    .option(
      '--requests-per-second <n>',
      'most requests a second, over all endpoints (default: what they take)',
      parseNumber({ option: '--requests-per-second', min: 0, isInteger: false, includesMin: false }),
    )
    .option(
      '--tokens-per-minute <n>',
      'most tokens of prompts and replies a minute, over all endpoints (default: what they take)',
      parseNumber({ option: '--tokens-per-minute', min: 0, isInteger: false, includesMin: false }),
    )
    .option('--hedge', 'send the slowest requests, at most 5 %, to a second endpoint too; what is given up may cost');
}

export interface ChosenCalls {
  readonly limits?: BudgetLimits;
  readonly hedge?: HedgeOptions;
}

/**
 * The limits of the flags. What a run may spend is no part of them: that is counted over all its sessions, by
 * {@link chooseBudget}.
 *
 * @throws CliError `BAD_OPTION` where they cannot act, or would spend what no bound sees
 */
export function chooseCalls(
  {
    requestsPerSecond,
    tokensPerMinute,
    hedge = false,
    live = false,
    maxCost,
    maxTotalTokens,
  }: CallFlags & LiveFlags & BudgetFlags,
  model: ChosenModel | undefined,
): ChosenCalls {
  const given = [
    ...(requestsPerSecond === undefined ? [] : ['--requests-per-second']),
    ...(tokensPerMinute === undefined ? [] : ['--tokens-per-minute']),
    ...(hedge ? ['--hedge'] : []),
    ...(live ? ['--live'] : []),
  ];
  if (given.length > 0 && model?.kind !== 'server') {
    throw badOption(`${given.join(', ')} cannot act on a model in this process.`, {
      next: `Leave ${given.length === 1 ? 'it' : 'them'} out.`,
    });
  }
  if (hedge && (maxCost !== undefined || maxTotalTokens !== undefined)) {
    throw badOption(`--hedge and ${maxCost === undefined ? '--max-total-tokens' : '--max-cost'} cannot go together.`, {
      why: 'What the slower of two requests took is counted by no server, so the bound could not be kept.',
      next: 'Leave one of them out.',
    });
  }
  if (hedge && model?.kind === 'server' && model.endpointsFile === undefined && countServers(model.baseUrls) < 2) {
    throw badOption('--hedge needs a second endpoint, and there is one.', {
      next: 'Give several to --base-url, or --endpoints FILE, or leave out --hedge.',
    });
  }
  const limits = {
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
  };
  return { ...(Object.keys(limits).length === 0 ? {} : { limits }), ...(hedge ? { hedge: {} } : {}) };
}

/** A base URL with and without its last slash is one server. */
function countServers(baseUrls: readonly string[]): number {
  return new Set(baseUrls.map((url) => url.replace(/\/+$/, ''))).size;
}

function badOption(what: string, { why, next }: { readonly why?: string; readonly next: string }): CliError {
  return new CliError({ code: 'BAD_OPTION', kind: 'request', what, ...(why === undefined ? {} : { why }), next });
}
