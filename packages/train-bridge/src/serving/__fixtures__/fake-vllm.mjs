// Stands in for the program `vllm`: a server that is started with its arguments, answers as it does, and starts a process of
// its own, as vLLM does for its engine. FAKE_VLLM says how it misbehaves.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const behaviour = JSON.parse(process.env.FAKE_VLLM ?? '{}');
const args = process.argv.slice(2);
const string = { type: 'string' };
const { values, positionals } = parseArgs({
  args,
  options: { host: string, port: string, 'served-model-name': string },
  allowPositionals: true,
  strict: false,
});
process.stderr.write(`INFO: loading ${positionals[1]}\n`);
process.on('SIGUSR2', die);
for (const line of behaviour.dies ?? []) process.stderr.write(`${line}\n`);
if (behaviour.dies) process.exit(1);
const stays = behaviour.engineStays ? 'process.on("SIGTERM", () => {}); ' : '';
const engine = spawn(process.execPath, ['-e', `${stays}setInterval(() => {}, 1000); console.log('ready')`], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
const gpus = process.env.CUDA_VISIBLE_DEVICES ?? null;
appendFileSync(behaviour.log, `${JSON.stringify({ args, gpus, pid: process.pid, engine: engine.pid })}\n`);
process.on('SIGTERM', () => {
  if (!behaviour.ignoresTerm) process.exit(0);
});

const server = createServer((request, response) => {
  const send = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  if (request.url === '/health') send(behaviour.neverReady ? 503 : 200);
  else if (request.url === '/v1/models' && args.includes('--api-key')) send(401, { error: 'Unauthorized' });
  else if (request.url === '/v1/models')
    send(200, { object: 'list', data: [{ id: values['served-model-name'], max_model_len: 4096 }] });
  else send(404, { detail: 'Not Found' });
});
// An engine that does not listen to signals yet would not stay.
engine.stdout.once('data', () => server.listen(Number(values.port), values.host));

function die() {
  process.stderr.write('RuntimeError: Engine core died.\n');
  engine.kill('SIGKILL');
  process.exit(1);
}
