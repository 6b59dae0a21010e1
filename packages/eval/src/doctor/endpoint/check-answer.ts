import type { ModelsError } from '@scalequest/models';
import { broken, type Check, type Finding, ok, warning } from '../check.ts';
import { describeFailure } from './describe-failure.ts';
import { measureWords, type Probe, type ProbedEndpoint, type Prober, writeFiller } from './prober.ts';

/** The first request, which other checks read as well. */
export const firstProbe: Probe = {
  turns: [{ role: 'user', content: writeFiller(measureWords) }],
  sampling: { maxTokens: 1 },
};

/** Looks at whether the server answers at all, and as the model that was asked for. */
export function checkAnswer(prober: Prober, endpoint: ProbedEndpoint): Check {
  return {
    name: 'answer',
    looksAt: 'whether the endpoint answers, as the model that is asked',
    run: async () => {
      const answer = await prober.ask(firstProbe);
      if ('response' in answer) return await findInList(endpoint);
      const { error } = answer;
      const found = (await tryOtherKind(prober, endpoint, error)) ?? describeFailure(error, { isNeeded: true });
      if (endpoint.hint === undefined || !unreachedCodes.has(error.code)) return found;
      return { ...found, next: `${found.next ?? ''} ${endpoint.hint}`.trim() };
    },
  };
}

const unreachedCodes: ReadonlySet<string> = new Set(['ENDPOINT_UNREACHABLE', 'CONNECTION_LOST']);

/** Where the path or the template of one kind of prompt is missing, the other kind may be answered. */
const kindCodes: ReadonlySet<string> = new Set(['WRONG_BASE_URL', 'BAD_REQUEST']);

async function tryOtherKind(
  prober: Prober,
  { name }: ProbedEndpoint,
  error: ModelsError,
): Promise<Finding | undefined> {
  if (!kindCodes.has(error.code)) return undefined;
  const isChat = prober.kind === 'chat';
  const answer = await prober.ask({ ...firstProbe, kind: isChat ? 'completion' : 'chat', isPatient: false });
  if ('error' in answer) return undefined;
  return broken({
    what: `${name} answers ${isChat ? 'raw text, and no turns' : 'turns, and no raw text'}.`,
    why: error.parts.why ?? error.parts.what,
    next: isChat
      ? 'Give --template NAME, which writes the turns as raw text (a base model has none), or serve the model with its chat template.'
      : 'Leave out --template, or choose a --protocol that sends turns; `scalequest protocols` lists them.',
    kind: 'request',
  });
}

async function findInList({ name, client, listModels }: ProbedEndpoint): Promise<Finding> {
  const served = await listModels();
  const ids = served?.map(({ id }) => id) ?? [];
  // Ollama lists the tag that it takes where none is named.
  if (ids.length === 0 || ids.includes(client.model) || ids.includes(`${client.model}:latest`))
    return ok(`${name} answers as '${client.model}'.`);
  return warning({
    what: `${name} answers to '${client.model}', and does not list it.`,
    why: `It lists ${ids.slice(0, 5).join(', ')}: some servers answer to any name with the model that they have.`,
    next: 'Name the model as it is listed, so that results carry its name.',
  });
}
