import type { PythonInterpreter } from '../python/find-python.ts';

/** The same on every machine: hash seed, locale, time zone, and nothing of the caller's own. */
export function makeHostEnvironment({ libraryFolder }: PythonInterpreter): Readonly<Record<string, string>> {
  return {
    PYTHONHASHSEED: '0',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    MALLOC_ARENA_MAX: '2',
    LD_BIND_NOW: '1',
    ...(libraryFolder === undefined ? {} : { LD_LIBRARY_PATH: libraryFolder }),
  };
}
