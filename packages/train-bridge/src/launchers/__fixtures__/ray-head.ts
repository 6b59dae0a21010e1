import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RayHead {
  /** Of its dashboard. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A variable by which the processes of a head are known. */
const mark = 'SCALEQUEST_TEST_RAY_HEAD';

/** Starts a Ray head with few resources and ports of its own. Its jobs find the `python` of its environment first. */
export async function startRayHead(python: string): Promise<RayHead> {
  // Short: Ray puts sockets into it, whose paths may have 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'sqray-'));
  const ports = await findPorts(6);
  const flags = {
    '--port': ports[0],
    '--dashboard-port': ports[1],
    '--dashboard-agent-listen-port': ports[2],
    '--dashboard-agent-grpc-port': ports[3],
    '--ray-client-server-port': ports[4],
    '--metrics-export-port': ports[5],
    '--num-cpus': 2,
    '--num-gpus': 0,
    '--object-store-memory': 80 * 2 ** 20,
    '--temp-dir': folder,
  };
  const log = openSync(join(folder, 'head.log'), 'a');
  const command = ['-m', 'ray.scripts.scripts', 'start', '--head', '--block', '--include-dashboard=true'];
  const child = spawn(python, [...command, '--disable-usage-stats', ...Object.entries(flags).map((f) => f.join('='))], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${dirname(python)}:${process.env.PATH}`, OMP_NUM_THREADS: '1', [mark]: folder },
  });
  closeSync(log);
  const address = `http://127.0.0.1:${ports[1]}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await Promise.race([once(child, 'exit'), sleep(15_000)]);
    }
    await endProcessesOf(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let tries = 0; ; tries++) {
    const isUp = await fetch(`${address}/api/version`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { address, stop };
    if (child.exitCode !== null || tries > 600) {
      const words = readFileSync(join(folder, 'head.log'), 'utf8');
      await stop();
      throw new Error(`The Ray head did not start. ${words.slice(-2000)}`);
    }
    await sleep(200);
  }
}

/** What a killed process writes until it has ended would stand in a folder that is being removed. */
async function endProcessesOf(folder: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const left = listProcessesOf(folder);
    if (left.length === 0) return;
    for (const pid of left) tryKill(pid);
    await sleep(100);
  }
}

/** A worker of Ray gives itself another title, and keeps the environment that it began with. */
function listProcessesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').includes(`${mark}=${folder}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * Ports that nobody listens at. Ray binds them seconds later: they are none of those that the system gives to whoever asks for
 * any (from 32768 on), nor of those that Ray gives to its workers (10002 to 19999).
 */
async function findPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
