// Trains nano.grpo in the folder that is given, with the Python that is given, as `scalequest train` does: to be killed.
import { train } from '@scalequest/train-bridge';
import { chooseVerifier } from '../../packages/cli/dist/commands/verifier-beside-training.js';

const [folder, python, embeddedModel] = process.argv.slice(2);
await train({
  recipe: 'nano.grpo',
  folder,
  steps: 30,
  embeddedModel,
  verifier: chooseVerifier({ verifierUrl: undefined }, () => undefined),
  getPython: async () => ({ python, version: '3.11.0', packages: {} }),
  command: 'scalequest train nano.grpo --out DIR',
  versions: {},
  onMessage: (text) => process.stderr.write(`${text}\n`),
});
