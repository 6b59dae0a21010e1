#!/usr/bin/env node
// Stands in for Python with the worker: answers as both do, trains nothing, and misbehaves where a test asks for it.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [behaviourText, mode, name, folder] = process.argv.slice(2);
const behaviour = JSON.parse(behaviourText);
if (mode === '-c' && /^import torch/.test(name)) process.exit(0);
if (mode === '-c') {
  process.stdout.write(JSON.stringify({ version: '3.11.0', missing: [], packages: { torch: '0.0.0+fake' } }));
  process.exit(0);
}
if (mode !== '-m' || name !== 'sq_train') process.exit(64);

const path = (...parts) => join(folder, ...parts);
const config = JSON.parse(readFileSync(path('train.json'), 'utf8'));
const before = existsSync(path('events.jsonl')) ? readFileSync(path('events.jsonl'), 'utf8').trim().split('\n') : [];
const attempt = 1 + before.filter((line) => line.includes('"t":"hello"')).length;
let seq = 0;
function emit(t, fields = {}) {
  const head = { v: 1, t, ts: new Date().toISOString(), run: config.run, attempt, seq: seq++, rank: 0 };
  appendFileSync(path('events.jsonl'), `${JSON.stringify({ ...head, ...fields })}\n`);
}

let isCancelled = false;
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (behaviour.ignoresCancel !== true) isCancelled = true;
  });
}
const isAsked = () => isCancelled || (behaviour.ignoresCancel !== true && existsSync(path('control', 'cancel')));
/** Something is asked of it, or the test lets it go on. */
const isHeld = () => !isAsked() && !['checkpoint', 'go-on'].some((name) => existsSync(path('control', name)));

function findCheckpoint() {
  const steps = existsSync(path('checkpoints'))
    ? readdirSync(path('checkpoints'))
        .filter((entry) => existsSync(path('checkpoints', entry, 'COMPLETE.json')))
        .map((entry) => Number(entry.slice('checkpoint-'.length)))
    : [];
  return steps.length === 0 ? null : Math.max(...steps);
}

function save(step) {
  mkdirSync(path('checkpoints', `checkpoint-${step}`), { recursive: true });
  writeFileSync(path('checkpoints', `checkpoint-${step}`, 'COMPLETE.json'), JSON.stringify({ step }));
  emit('checkpoint', { step, path: `checkpoints/checkpoint-${step}` });
}

/** Asks as the reward client does, again and again while nobody answers; the rewards of a right and a wrong reply. */
async function askVerifier() {
  const items = ['7', '8'].map((answer) => ({ reference: '7', reply: `So it is \\boxed{${answer}}.` }));
  for (let tries = 0; tries < 600; tries++) {
    try {
      const answer = await fetch(`${process.env.SCALEQUEST_VERIFIER_URL}/verify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ items }),
      });
      return (await answer.json()).items.map(({ reward }) => reward);
    } catch {
      await sleep(50);
    }
  }
  throw new Error('The verifier stays away.');
}

async function hold() {
  for (let looks = 0; looks < 60_000 && isHeld(); looks++) await sleep(5);
}

const totalSteps = Math.min(config.maxSteps ?? 20, behaviour.mostSteps ?? 1e9);
const resumeFrom = findCheckpoint();
emit('hello', { pid: process.pid });
emit('config', { hash: 'fake' });
if (behaviour.speaksOfTheFuture === true) emit('prophecy', { loss: 0 });
if (behaviour.losesALine === true) seq++;
emit('data', {
  rows: config.data.rows,
  sha256: config.data.sha256,
  tokens: 10,
  dropped: { tooLong: 0, empty: 0, fullyMasked: 0 },
});
emit('start', { totalSteps, totalTokens: 10, resumeFrom });
const isExport = existsSync(path('control', 'export-only'));
const lastStep = isExport ? (resumeFrom ?? 0) : totalSteps;
for (let step = (resumeFrom ?? 0) + 1; step <= lastStep; step++) {
  await sleep(behaviour.stepMs ?? 5);
  if (step === behaviour.diesAtStep && attempt === 1) {
    process.stderr.write('a sad last word\n');
    process.exit(3);
  }
  if (step === behaviour.killedAtStep && attempt <= (behaviour.badAttempts ?? attempt))
    process.kill(process.pid, 'SIGKILL');
  if (behaviour.fitsRows !== undefined && (config.microBatchSize ?? config.batchSize) > behaviour.fitsRows) {
    emit('error', { class: 'oom', message: 'Out of memory.', retryable: true });
    process.exit(1);
  }
  if (step === behaviour.failsAtStep && attempt <= (behaviour.badAttempts ?? attempt)) {
    emit('error', { class: behaviour.class ?? 'nan', message: 'The loss is not a number.', retryable: false });
    process.exit(behaviour.class === 'config' ? 2 : 1);
  }
  appendFileSync(path('batches.jsonl'), `${JSON.stringify({ attempt, step, rows: [step] })}\n`);
  const [right, wrong] =
    config.kind !== 'grpo' || process.env.SCALEQUEST_VERIFIER_URL === undefined ? [] : await askVerifier();
  const rewards = right === undefined ? undefined : { right, wrong };
  const measured = behaviour.metrics ?? rewards;
  const figures = measured === undefined ? {} : { metrics: measured };
  const speed = { tokens: step, tokensPerSecond: 100, memoryGiB: 0.1 };
  emit('log', { step, epoch: 0, loss: 1 / step, learningRate: 0.001, ...speed, ...figures });
  if (behaviour.holdsAtSteps?.includes(step)) await hold();
  if (isAsked()) {
    if (behaviour.failsToStop === true) {
      emit('error', { class: 'io', message: 'The disk is full.', retryable: true });
      process.exit(1);
    }
    save(step);
    emit('cancelled', { step });
    rmSync(path('control', 'cancel'), { force: true });
    process.exit(143);
  }
  const isWanted = existsSync(path('control', 'checkpoint'));
  if (isWanted) rmSync(path('control', 'checkpoint'));
  if (isWanted || step % config.checkpointEverySteps === 0) save(step);
}
mkdirSync(path('out'), { recursive: true });
for (const file of ['model.gguf', 'model.safetensors']) writeFileSync(path('out', file), 'GGUF');
// An attempt that only exports has trained nothing.
const metrics = { loss: resumeFrom === lastStep ? null : 0.25, parameters: 1 };
writeFileSync(path('out', 'metrics.json'), JSON.stringify(metrics));
emit('done', { step: lastStep, out: 'out', metrics, wallSeconds: 1, partial: lastStep < totalSteps });
