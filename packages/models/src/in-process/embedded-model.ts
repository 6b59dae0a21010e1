import { fileURLToPath } from 'node:url';

/** The name of the model that ships with this package. */
export const embeddedModelName = 'nano-solver';

const path: string = fileURLToPath(new URL('../../embedded/nano-solver.gguf', import.meta.url));

/**
 * Where the model lies that the project trained itself and ships: about a million parameters, made for the problems that
 * the project writes itself, and for nothing else. Its model card stands beside it.
 */
export function getEmbeddedModelPath(): string {
  return path;
}
