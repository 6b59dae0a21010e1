// Asks servers many requests through a journal, as a synthesis stage does: `node ask-many.mjs '{"baseUrls", "folder",
// "count"}'`, with `client` for options of the client and `hurry` for waits that take so many times less. Begins when a line
// comes in. Prints the counts of the journal as JSON.
import { once } from 'node:events';
import { createJournaledClient, createOpenAiClient } from '@scalequest/models';
import { openRequestJournal } from '@scalequest/runs';

const { baseUrls, folder, count, client: options, hurry = 1 } = JSON.parse(process.argv[2]);
const clock = {
  now: () => performance.now() * hurry,
  date: Date.now,
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(2 ** 31 - 1, Math.ceil(Math.max(0, delayMs) / hurry)));
    return () => clearTimeout(timer);
  },
};
await once(process.stdin, 'data');
process.stdin.destroy();
const journal = await openRequestJournal({ folder });
const client = createOpenAiClient({ model: 'm', baseUrls, maxConcurrency: 32, clock, ...options });
const journaled = createJournaledClient({ client, journal });
let next = 0;
let setAside = 0;
const work = Array.from({ length: 48 * baseUrls.length }, async () => {
  for (let index = next++; index < count; index = next++) {
    await journaled
      .generate({
        key: { id: `row-${index}`, epoch: 0 },
        prompt: { kind: 'completion', text: `Prompt ${index}` },
        sampling: { temperature: 1, topP: 1, maxTokens: 32, stop: [], seed: index, n: 2 },
      })
      .catch((error) => {
        if (error.errorClass !== 'drop') throw error;
        setAside += 1;
      });
  }
});
await Promise.all(work);
const { requests, endpoints } = client.getStatistics();
const failureCodes = [...new Set(endpoints.flatMap((endpoint) => Object.keys(endpoint.failureCodes)))].sort();
console.log(JSON.stringify({ ...journal.getCounts(), refused: setAside, requests, failureCodes }));
await client.close();
await journal.close();
