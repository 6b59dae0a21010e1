// `scalequest eval` and the harnesses that it is measured beside: how each is made ready, and how it asks prompts of a server.
// The npm peers are installed on first use below ~/.cache/scalequest/bench-peers.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBenchmark } from '@scalequest/datasets';
import { forkModelServer } from '@scalequest/test-kit';
import { askVersion } from './ask-version.mjs';
import { measureCli } from './measure-cli.mjs';
import { measureProcess } from './measure-process.mjs';

const behaviourModule = new URL('./boxed-replies.mjs', import.meta.url);
const instruction = '\n\nSolve this step by step, then write the final answer, and nothing else, in \\boxed{}.';
const peers = join(homedir(), '.cache/scalequest/bench-peers');

/** The first problems of a benchmark as every harness gets them. */
export async function loadPrompts({ benchmark, dataDir, count }) {
  const { problems } = await loadBenchmark(benchmark, { dataDir, cacheDir: tmpdir() });
  return problems.slice(0, count).map(({ problem, reference }) => ({ prompt: `${problem}${instruction}`, reference }));
}

/**
 * The harnesses by name. `prepare` gives a version and what `run` needs, or the reason why there is none; `run` asks all
 * rows of `baseUrl` and leaves its own result somewhere in `folder`.
 *
 * @param lmEvalPython an interpreter that has lm-eval; without one lm-eval is left out
 */
export function listHarnesses({ benchmark, rows, concurrency, lmEvalPython }) {
  return {
    scalequest: {
      prepare: () => ({ version: JSON.parse(readFileSync('packages/cli/package.json', 'utf8')).version }),
      run: ({ folder, baseUrl }) =>
        measureCli([
          ...['eval', benchmark, '--model', 'm', '--base-url', baseUrl, '--limit', String(rows.length)],
          ...['--concurrency', String(concurrency), '--out', join(folder, 'run'), '--json'],
        ]),
    },

    promptfoo: {
      // The last release for Node 20. It looks for the tables of its database one folder above where it packs them.
      prepare: () => {
        const installed = installPeer('promptfoo', 'promptfoo@0.120.0');
        if (installed.home === undefined) return installed;
        const at = join(installed.home, 'node_modules/promptfoo');
        if (!existsSync(join(at, 'drizzle')))
          cpSync(join(at, 'dist/drizzle'), join(at, 'drizzle'), { recursive: true });
        return installed;
      },
      run: ({ folder, baseUrl, home }) => {
        const config = {
          prompts: ['{{prompt}}'],
          providers: [
            {
              id: 'openai:chat:m',
              config: { apiBaseUrl: baseUrl, apiKey: 'none', temperature: 0, max_tokens: 4096 },
            },
          ],
          tests: rows.map(({ prompt, reference }) => ({
            vars: { prompt: `{% raw %}${prompt}{% endraw %}` },
            assert: [{ type: 'contains', value: `\\boxed{${reference}}` }],
          })),
        };
        // JSON is YAML.
        writeFileSync(join(folder, 'promptfooconfig.yaml'), JSON.stringify(config));
        return measureProcess(
          process.execPath,
          [
            join(home, 'node_modules/promptfoo/dist/src/main.js'),
            ...['eval', '-c', 'promptfooconfig.yaml', '-j', String(concurrency), '-o', 'out.json'],
            ...['--no-cache', '--no-progress-bar', '--no-table', '--no-share'],
          ],
          {
            cwd: folder,
            // 100 says that answers were wrong, and 1 that a line of its log came after its end: the results are there.
            goodCodes: [0, 1, 100],
            env: {
              ...process.env,
              PROMPTFOO_CONFIG_DIR: join(folder, 'config'),
              PROMPTFOO_DISABLE_TELEMETRY: '1',
              PROMPTFOO_DISABLE_UPDATE: '1',
              PROMPTFOO_DISABLE_TEMPLATE_ENV_VARS: 'true',
            },
          },
        );
      },
    },

    evalite: {
      prepare: () => installPeer('evalite', 'evalite@0.19.0', 'vitest@4.1.12'),
      run: ({ folder, baseUrl, home }) => {
        writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows));
        writeFileSync(join(home, 'peer.eval.ts'), makeEvaliteFile(join(folder, 'rows.json'), baseUrl));
        writeFileSync(join(home, 'evalite.config.mjs'), makeEvaliteConfig(concurrency));
        return measureProcess(
          process.execPath,
          [
            join(home, 'node_modules/evalite/dist/bin.js'),
            'run',
            'peer.eval.ts',
            '--outputPath',
            join(folder, 'out.json'),
          ],
          { cwd: home },
        );
      },
    },

    'lm-eval': {
      prepare: () => {
        if (lmEvalPython === undefined) return { reason: 'SCALEQUEST_LM_EVAL_PYTHON names no interpreter that has it' };
        return { python: lmEvalPython, ...askVersion(lmEvalPython, 'lm_eval') };
      },
      run: ({ folder, baseUrl, python }) => {
        writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        writeFileSync(join(folder, 'peer.yaml'), JSON.stringify(makeLmEvalTask(join(folder, 'rows.jsonl'))));
        const model = `model=m,base_url=${baseUrl}/chat/completions,num_concurrent=${concurrency},tokenized_requests=False`;
        return measureProcess(
          python,
          [
            ...['-m', 'lm_eval', '--model', 'local-chat-completions', '--model_args', model, '--tasks', 'peer'],
            ...['--include_path', folder, '--apply_chat_template', '--output_path', join(folder, 'out')],
          ],
          {
            cwd: folder,
            env: {
              ...process.env,
              OPENAI_API_KEY: 'none',
              HF_HUB_OFFLINE: '1',
              HF_DATASETS_OFFLINE: '1',
              HF_HOME: join(folder, 'hf'),
              OMP_NUM_THREADS: '1',
            },
          },
        );
      },
    },
  };
}

/**
 * One run of a harness against a server of its own, which must have answered every row.
 *
 * @returns what `measureProcess` does, startMs (from the start of the process to the first request) and rate (samples a
 * second from the first request to the end of the process)
 */
export async function measureHarness(harness, ready, { samples, latencyMs }) {
  const folder = mkdtempSync(join(tmpdir(), 'scalequest-peers-'));
  const server = await forkModelServer({ behaviourModule, options: { latencyMs } });
  try {
    const one = await harness.run({ folder, baseUrl: server.baseUrl, ...ready });
    const { requests, byStatus, firstRequestAt } = await server.getStatistics();
    if ((byStatus['200'] ?? 0) < samples) throw new Error(`asked ${requests} of ${samples}: ${one.stdout.slice(-800)}`);
    const startMs = firstRequestAt - one.startedAt;
    return { ...one, startMs, rate: (samples * 1000) / (one.wallMs - startMs) };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const makeEvaliteFile = (rowsPath, baseUrl) => `
import { readFileSync } from 'node:fs';
import { evalite } from 'evalite';
const rows = JSON.parse(readFileSync(${JSON.stringify(rowsPath)}, 'utf8'));
evalite('peer', {
  data: () => rows.map(({ prompt, reference }) => ({ input: prompt, expected: reference })),
  task: async (prompt) => {
    const response = await fetch(${JSON.stringify(`${baseUrl}/chat/completions`)}, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt }], temperature: 0, max_tokens: 4096 }),
    });
    return (await response.json()).choices[0].message.content;
  },
  scorers: [{ name: 'boxed', scorer: ({ output, expected }) => (output.includes('\\\\boxed{' + expected + '}') ? 1 : 0) }],
});
`;

const makeEvaliteConfig = (concurrency) => `
import { defineConfig } from 'evalite/config';
export default defineConfig({ maxConcurrency: ${concurrency} });
`;

const makeLmEvalTask = (path) => ({
  task: 'peer',
  dataset_path: 'json',
  dataset_kwargs: { data_files: { test: path } },
  test_split: 'test',
  output_type: 'generate_until',
  doc_to_text: '{{prompt}}',
  doc_to_target: '{{reference}}',
  generation_kwargs: { until: ['<never>'], do_sample: false, temperature: 0, max_gen_toks: 4096 },
  metric_list: [{ metric: 'exact_match', aggregation: 'mean', higher_is_better: true }],
  metadata: { version: 1 },
});

/** Into a folder of its own, once. */
function installPeer(name, ...packages) {
  const home = join(peers, name);
  const manifest = join(home, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true,"type":"module"}');
    const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...packages], {
      cwd: home,
      timeout: 600_000,
    });
    if (installed.status !== 0) return { reason: String(installed.stderr).slice(-500) };
  }
  return { home, version: JSON.parse(readFileSync(manifest, 'utf8')).version };
}
