import { CliError } from '../errors.ts';

/** The recipe and the run folder of a command that cannot do without either. */
export function requireRunNames(
  command: string,
  { recipe, out }: { readonly recipe: string | undefined; readonly out?: string | undefined },
  list = '--list names the recipes',
): { readonly recipe: string; readonly folder: string } {
  if (recipe !== undefined && out !== undefined) return { recipe, folder: out };
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: recipe === undefined ? 'Recipe missing.' : '--out is missing: the run folder.',
    next: `Run \`scalequest ${command} ${recipe ?? 'RECIPE'} --out DIR\`; ${list}.`,
  });
}
