import { fileURLToPath } from 'node:url';

/** The name of the model that solves, which runs where none is named. */
export const embeddedModelName = 'nano-solver';

/** A model that ships with this package: one that solves problems, or one that asks them from a bare prefix. */
export type EmbeddedModelName = 'nano-solver' | 'nano-asker';

const paths: Readonly<Record<EmbeddedModelName, string>> = {
  'nano-solver': fileURLToPath(new URL('../../embedded/nano-solver.gguf', import.meta.url)),
  'nano-asker': fileURLToPath(new URL('../../embedded/nano-asker.gguf', import.meta.url)),
};

export function isEmbeddedModelName(name: string): name is EmbeddedModelName {
  return Object.hasOwn(paths, name);
}

/**
 * Where a model lies that the project trained itself and ships: about half a million parameters, made for the problems that
 * the project writes itself, and for nothing else. Its model card stands beside it.
 *
 * @param name - @defaultValue the one that solves
 */
export function getEmbeddedModelPath(name: EmbeddedModelName = embeddedModelName): string {
  return paths[name];
}
