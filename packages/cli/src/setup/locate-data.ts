import type { Environment } from '@scalequest/core';
import type { HubOptions, LoadOptions } from '@scalequest/datasets';
import type { ConfigurationFile } from './configuration-file.ts';

/**
 * Where benchmarks are looked for: in the folder of the flag, of the environment or of the configuration file, the first that
 * is given; else in the cache and on the hub.
 */
export function locateData(
  { dataDir }: { readonly dataDir?: string | undefined },
  { environment, file }: { readonly environment: Environment; readonly file: ConfigurationFile },
): Pick<LoadOptions, 'dataDir' | 'cacheDir' | 'hub'> {
  return {
    dataDir: dataDir ?? environment.dataDir ?? file.dataDir,
    cacheDir: environment.cacheDir,
    hub: getHubOptions(environment),
  };
}

/** Where the hub is and who asks, from the environment. */
export function getHubOptions({ hubEndpoint: endpoint, hubToken: token }: Environment): HubOptions {
  return { endpoint, token };
}
