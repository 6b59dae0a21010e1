import { Secret } from '@scalequest/core';
import { examineEndpoint } from '@scalequest/eval';
import { createOpenAiClient, findReward, followEndpointsFile, type OpenAiClient } from '@scalequest/models';
import type { StepNeed } from '../../engine/step.ts';
import { explainSilence } from './explain-silence.ts';
import { describeError, type Finding, ok } from './need-check.ts';

type EndpointNeed = Extract<StepNeed, { kind: 'endpoint' }>;

export interface EndpointAccess {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** How long a server that is up may take to say a word. */
const timeoutMs = 60_000;

/**
 * Asks each server whether it answers as the model: what it lists, then what the doctor asks before a run (turns, or raw text with
 * nothing written around it), or two canaries of a reward model. A server at an https address, which may bill, is only asked for
 * its list.
 */
export async function checkEndpoint(need: EndpointNeed, access: EndpointAccess): Promise<Finding> {
  const { model, keyVariable } = need;
  const key = keyVariable === undefined ? undefined : access.environment[keyVariable];
  if (keyVariable !== undefined && (key === undefined || key === '')) return noKey(keyVariable);
  let urls: readonly string[];
  try {
    urls = await listUrls(need);
  } catch (error) {
    return describeError(error);
  }
  if (urls.length === 0) {
    return {
      status: 'missing',
      what: `'${need.endpointsFile}' lists no endpoint.`,
      next: `Serve the model and have it listed: scalequest serve model CHECKPOINT --name ${model} --register ${need.endpointsFile}`,
    };
  }
  const findings = await Promise.all(
    urls.map(async (url) => {
      const client = createOpenAiClient({
        ...{ model, baseUrls: [url], maxAttempts: 1, patienceMs: 1_000, timeoutMs },
        ...(key === undefined ? {} : { apiKey: new Secret(key) }),
      });
      try {
        return await askServer(client, { url, need, key, signal: access.signal });
      } catch (error) {
        return describeError(error);
      } finally {
        await client.close();
      }
    }),
  );
  const worst = findings.find(({ status }) => status === 'missing') ?? findings.find(({ status }) => status === 'warn');
  if (worst === undefined)
    return findings.length === 1 ? (findings[0] as Finding) : ok(`${urls.length} servers answer as '${model}'.`);
  // A loop goes on with the servers that answer.
  const isSpare = worst.status === 'missing' && findings.some(({ status }) => status !== 'missing');
  return isSpare ? { ...worst, status: 'warn' } : worst;
}

async function listUrls({ baseUrls = [], endpointsFile }: EndpointNeed): Promise<readonly string[]> {
  if (endpointsFile === undefined) return baseUrls;
  using followed = await followEndpointsFile(endpointsFile);
  return followed.endpoints.map(({ baseUrl }) => baseUrl);
}

interface Asked {
  readonly url: string;
  readonly need: EndpointNeed;
  readonly key: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function askServer(client: OpenAiClient, { url, need, key, signal }: Asked): Promise<Finding> {
  const { model, prompts, keyVariable } = need;
  const [name = url] = client.getFingerprint().endpoints;
  const served = await client.listModels(name);
  const names = served?.map(({ id }) => id) ?? [];
  if (names.length > 0 && !names.includes(model)) {
    return {
      status: 'missing',
      what: `${name} does not serve '${model}'.`,
      why: `It lists ${names.slice(0, 5).join(', ')}.`,
      next: `Name it as it is listed, or serve it as that: scalequest serve model CHECKPOINT --name ${model}`,
    };
  }
  if (url.startsWith('https:')) {
    return served === undefined
      ? await explainSilence({ url, name, key, keyVariable, signal })
      : ok(`${name} lists '${model}'; it was asked nothing, since it may bill.`);
  }
  if (prompts === 'scores') {
    const { way } = await findReward(client, signal === undefined ? {} : { signal });
    return ok(`${name} gives rewards by ${way}, and orders a right answer before a wrong one.`);
  }
  const { checks } = await examineEndpoint({
    endpoint: { name, client, listModels: async () => served },
    needs: { ...shortNeeds, kind: prompts === 'raw' ? 'completion' : 'chat' },
    claims: new Set(),
    scope: 'quick',
    signal,
  });
  const broken = checks.find(({ status }) => status === 'broken') ?? checks.find(({ status }) => status === 'warning');
  if (broken === undefined) return ok(`${name} answers as '${model}' (${checks.length} checks of the doctor).`);
  const { status, what, why, next } = broken;
  return {
    ...{ status: status === 'broken' ? 'missing' : 'warn', what },
    ...(why === undefined ? {} : { why }),
    ...(next === undefined ? {} : { next }),
  };
}

/** A prompt and a reply as those of a loop: the longest reply has 2,048 tokens. */
const shortNeeds = { samples: 0, temperature: 1, maxTokens: 2048, hasStops: true, longestPrompt: 2_000 } as const;

function noKey(variable: string): Finding {
  return {
    status: 'missing',
    what: `There is no variable '${variable}', or it is empty.`,
    why: 'The configuration says that it holds the key.',
    next: `export ${variable}=...`,
  };
}
