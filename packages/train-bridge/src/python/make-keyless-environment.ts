import { makeChildEnvironment } from '@scalequest/core';

/** What pip and the worker have no use for. */
const keys: ReadonlySet<string> = new Set(['SCALEQUEST_API_KEY', 'OPENAI_API_KEY', 'HF_TOKEN', 'RAY_AUTH_TOKEN']);

/** The environment of a program that installs or trains: ours with `extra`, without the keys of models and hubs. */
export function makeKeylessEnvironment(
  extra: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(makeChildEnvironment(extra)).filter(([name]) => !keys.has(name)));
}
