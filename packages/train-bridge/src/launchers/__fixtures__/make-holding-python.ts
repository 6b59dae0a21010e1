import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';

/** Python imports a module of this name at its start, wherever it stands on the path. */
const hook = (steps: readonly number[]): string => `
import importlib.util, os, pathlib, sys, time


def hold(trainer):
    go_on = trainer.training_step

    def training_step(self, *inputs):
        control = pathlib.Path(sys.argv[-1], "control")
        while self.state.global_step in {${steps.join(', ')}} and not any((control / name).exists() for name in ("cancel", "go-on")):
            time.sleep(0.01)
        return go_on(self, *inputs)

    trainer.training_step = training_step


class HoldingFinder:
    def find_spec(self, name, path=None, target=None):
        if name != "sq_train.job":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            hold(module.JobTrainer)

        spec.loader.exec_module = exec_module
        return spec


# The others wait for the first, and are told when it is gone.
if os.environ.get("RANK", "0") == "0":
    sys.meta_path.insert(0, HoldingFinder())
`;

/**
 * A Python whose worker waits behind each of these steps until it is asked to stop, or until `letGoOn`: on a fast machine a
 * training of seconds is else over before it is told to end. Its path.
 */
export function makeHoldingPython(folder: string, python: string, steps: readonly number[]): string {
  mkdirSync(folder);
  writeFileSync(`${folder}/sitecustomize.py`, hook(steps));
  const path = `${folder}/python`;
  writeFileSync(path, `#!/bin/sh\nPYTHONPATH='${folder}':"$PYTHONPATH" exec '${python}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
