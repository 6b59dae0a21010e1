import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Secret } from './secret.ts';

/** What the packages read from the environment, in one place. Flags win over it. */
export interface Environment {
  /** `SCALEQUEST_DATA_DIR`: folder with `benchmark/<name>/<split>.jsonl.gz`. */
  readonly dataDir: string | undefined;
  /** `SCALEQUEST_CACHE_DIR`, else `$XDG_CACHE_HOME/scalequest`, else `~/.cache/scalequest`. */
  readonly cacheDir: string;
  /** `SCALEQUEST_MODEL`. A key alone names no model. */
  readonly model: string | undefined;
  /** `SCALEQUEST_BASE_URL`, or `OPENAI_BASE_URL`; several separated by commas. */
  readonly baseUrls: readonly string[];
  /** `SCALEQUEST_API_KEY`, or `OPENAI_API_KEY`. */
  readonly apiKey: Secret | undefined;
  /** `HF_ENDPOINT`: a mirror of the Hugging Face hub. */
  readonly hubEndpoint: string;
  /** `HF_TOKEN`: for gated data sets. */
  readonly hubToken: Secret | undefined;
  /**
   * `SCALEQUEST_PYTHON`: the interpreter that trains, which must have what that needs, and the one of the sandbox, which
   * needs nothing; instead of those that are found or set up by themselves.
   */
  readonly python: string | undefined;
  /** `RAY_API_SERVER_ADDRESS`: of the dashboard of a Ray cluster, as Ray's own tools read it. */
  readonly rayAddress: string | undefined;
  /** Whether `HTTPS_PROXY` or `HTTP_PROXY` names a proxy. Models are asked without it. */
  readonly hasProxy: boolean;
  /**
   * Of a Ray cluster that asks for one, as Ray's own tools find it: `RAY_AUTH_TOKEN`, else the file that
   * `RAY_AUTH_TOKEN_PATH` names, else `~/.ray/auth_token`. Read when it is asked for.
   */
  readonly readRayToken: () => Secret | undefined;
  /** `SCALEQUEST_VERIFIER_URL`: the verifier's server that rewards a training. */
  readonly verifierUrl: string | undefined;
  /** `SCALEQUEST_SERVER_TOKEN`: what clients of `scalequest serve` send as their bearer token. */
  readonly serverToken: Secret | undefined;
}

/** Reads the environment. Empty values count as absent, as shells and CI systems often set them so. */
export function readEnvironment(source: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const get = (...names: readonly string[]): string | undefined =>
    names.map((name) => source[name]?.trim()).find((value) => value !== undefined && value !== '');
  const getSecret = (...names: readonly string[]): Secret | undefined => {
    const value = get(...names);
    return value === undefined ? undefined : new Secret(value);
  };
  const cacheHome = get('XDG_CACHE_HOME') ?? join(homedir(), '.cache');
  return {
    dataDir: get('SCALEQUEST_DATA_DIR'),
    cacheDir: get('SCALEQUEST_CACHE_DIR') ?? join(cacheHome, 'scalequest'),
    model: get('SCALEQUEST_MODEL'),
    baseUrls: splitList(get('SCALEQUEST_BASE_URL', 'OPENAI_BASE_URL')),
    apiKey: getSecret('SCALEQUEST_API_KEY', 'OPENAI_API_KEY'),
    hubEndpoint: (get('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, ''),
    hubToken: getSecret('HF_TOKEN'),
    python: get('SCALEQUEST_PYTHON'),
    rayAddress: get('RAY_API_SERVER_ADDRESS'),
    hasProxy: get('HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy') !== undefined,
    readRayToken: () =>
      getSecret('RAY_AUTH_TOKEN') ?? readSecret(get('RAY_AUTH_TOKEN_PATH') ?? join(homedir(), '.ray', 'auth_token')),
    verifierUrl: get('SCALEQUEST_VERIFIER_URL'),
    serverToken: getSecret('SCALEQUEST_SERVER_TOKEN'),
  };
}

/** A file that is not there is no token. */
function readSecret(path: string): Secret | undefined {
  try {
    const value = readFileSync(path, 'utf8').trim();
    return value === '' ? undefined : new Secret(value);
  } catch {
    return undefined;
  }
}

/** What a child process is given: our own environment (proxies, certificates, paths) and what the caller adds to it. */
export function makeChildEnvironment(
  extra: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...extra };
}

function splitList(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
