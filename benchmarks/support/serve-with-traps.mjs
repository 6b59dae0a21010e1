// A verifier server whose workers die on the candidate DIE. It ends when its standard input does.
import { createVerifierServer } from '@scalequest/verifier-server';

const worker = new URL('../../packages/verifier-server/src/__fixtures__/dying-worker.mjs', import.meta.url);
const server = await createVerifierServer({ workerFile: worker.href });
console.log(JSON.stringify({ url: server.url, port: server.port }));
process.stdin.resume().once('end', () => server.close());
