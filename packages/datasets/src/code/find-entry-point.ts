/**
 * The function that the first assert asks for: the first name that it calls and that the reference program defines.
 * So it is found inside of `set(...)`, `math.isclose(...)` or `not`, and where it has the name of a builtin.
 */
export function findEntryPoint(program: string, assert: string): string | undefined {
  const defined = new Set([...program.matchAll(/^def\s+(\w+)/gm)].map(([, name]) => name));
  return [...assert.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map(([, name]) => name).find((name) => defined.has(name));
}
