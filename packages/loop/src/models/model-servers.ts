import { type createOpenAiClient, followEndpointsFile } from '@scalequest/models';
import type { ServerSettings } from '../config/loop-config.ts';

/** Where a model is to be asked, for as long as a step asks it. */
export interface ModelServers {
  readonly where: Pick<Parameters<typeof createOpenAiClient>[0], 'baseUrls' | 'endpoints'>;
  readonly close: () => Promise<void>;
}

/** A checkpoint that a step needs served. */
export interface CheckpointToServe {
  /** The step that made it, or the role that it has. */
  readonly key: string;
  readonly checkpoint: string;
  /** As clients call it. */
  readonly name: string;
  /** SHA-256 of the weights that a step made: in another loop, or made again, the model of that name is another one. */
  readonly sha256?: string | undefined;
  readonly settings: ServerSettings;
}

/** Servers of a file, as they come and go. */
export async function followFile(path: string, say: (text: string) => void): Promise<ModelServers> {
  const endpoints = await followEndpointsFile(path, {
    onProblem: (error) =>
      say(
        `${error instanceof Error ? error.message : String(error)}\nThe endpoints that it listed before are used on.`,
      ),
  });
  return { where: { endpoints }, close: async () => endpoints.close() };
}
