/** What the environment of a worker says besides what it inherits. */
export function makeWorkerVariables(threads: number): Readonly<Record<string, string>> {
  return {
    // A file of the working folder that is named like a module is not taken for it.
    PYTHONSAFEPATH: '1',
    PYTHONUNBUFFERED: '1',
    // Two processes with two threads each on two cores are six times slower than with one.
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    TOKENIZERS_PARALLELISM: 'false',
    // Everything that a training needs lies in its folder.
    HF_HUB_OFFLINE: '1',
  };
}

const launcherVariables =
  /^(RANK|WORLD_SIZE|LOCAL_RANK|LOCAL_WORLD_SIZE|GROUP_RANK|ROLE_RANK|NODE_RANK|MASTER_ADDR|MASTER_PORT|(TORCHELASTIC|ACCELERATE|FSDP|PET)_.*)$/;

/**
 * Whether a variable says which of several processes one is, or how they work together. A shell inside a job of a cluster has
 * those of that job: a worker that inherits them waits for ranks that never come.
 */
export function isOfLauncher(name: string): boolean {
  return launcherVariables.test(name);
}
