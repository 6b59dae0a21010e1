import { readEnvironment } from '@scalequest/core';

/** The Python that judges and runs programs: the one that a flag names, else `SCALEQUEST_PYTHON`, else the sandbox's own choice. */
export function choosePython({ python = readEnvironment().python }: { readonly python?: string } = {}): {
  readonly python?: string;
} {
  return python === undefined ? {} : { python };
}
