import { type Check, describeError, type Finding, ok, warning } from '../check.ts';
import { measureWords, type Probe, type ProbedEndpoint, type Prober, writeFiller } from './prober.ts';

/** The codes of refusals that a run waits out. */
const waitedCodes: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED']);

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
      if ('error' in answer) {
        if (!waitedCodes.has(answer.error.code)) return describeError(answer.error);
        return {
          ...describeError(answer.error, 'warning'),
          next: 'A run waits until it lets requests in. Nothing else of it was looked at.',
        };
      }
      return await findInList(endpoint);
    },
  };
}

async function findInList({ name, client, listModels }: ProbedEndpoint): Promise<Finding> {
  const served = await listModels();
  const ids = served?.map(({ id }) => id) ?? [];
  if (ids.length === 0 || ids.includes(client.model)) return ok(`${name} answers as '${client.model}'.`);
  return warning({
    what: `${name} answers to '${client.model}', and does not list it.`,
    why: `It lists ${ids.slice(0, 5).join(', ')}: some servers answer to any name with the model that they have.`,
    next: 'Name the model as it is listed, so that results carry its name.',
  });
}
