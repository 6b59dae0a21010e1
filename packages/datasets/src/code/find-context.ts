/**
 * What the tests stand on beside the candidate: the part of the prompt before the entry point, where it defines a function
 * that the tests name, with the imports that this function needs. A program that redefines such a helper does not
 * change what its tests mean.
 *
 * @example
 * findContext({ prompt: 'def poly(x):\n    return x\n\ndef root():\n    """Of poly."""\n', entryPoint: 'root', tests: 'poly(1)' });
 * // 'def poly(x):\n    return x\n\n'
 */
export function findContext(task: {
  readonly prompt: string;
  readonly entryPoint: string;
  readonly tests: string;
}): string | undefined {
  const { prompt, entryPoint, tests } = task;
  const end = prompt.search(new RegExp(`^def ${entryPoint}\\b`, 'm'));
  const context = prompt.slice(0, Math.max(end, 0));
  const helpers = [...context.matchAll(/^def (\w+)/gm)].map(([, name]) => name);
  return helpers.some((name) => new RegExp(`\\b${name}\\b`).test(tests)) ? context : undefined;
}
