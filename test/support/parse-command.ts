import { createProgram } from '../../packages/cli/src/create-program.ts';

type Command = ReturnType<typeof createProgram>;

export interface ParsedCommand {
  /** Such as `['synth', 'export']`. */
  readonly path: readonly string[];
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads a command line as the program does, and runs nothing.
 *
 * @throws Error for a command, a flag or a value that the program does not take
 */
export function parseCommand(text: string): ParsedCommand {
  const [name, ...words] = splitWords(text);
  if (name !== 'scalequest') throw new Error(`'${name}' is not the command.`);
  const program = createProgram(() => undefined);
  let command = program;
  const path: string[] = [];
  for (let next = find(command, words[0]); next !== undefined; next = find(command, words[0])) {
    command = next;
    path.push(words.shift() as string);
  }
  if (path.length === 0) throw new Error(`Command '${words[0]}' is not known.`);
  command.exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  const { operands, unknown } = command.parseOptions(words);
  if (unknown.length > 0) throw new Error(`Not known: ${unknown.join(' ')}`);
  const wanted = command.registeredArguments;
  const least = wanted.filter(({ required }) => required).length;
  const isLast = wanted.at(-1)?.variadic === true;
  if (operands.length < least || (operands.length > wanted.length && !isLast))
    throw new Error(`${path.join(' ')} takes other arguments than ${operands.join(' ')}.`);
  return { path, operands, options: command.opts() };
}

function find(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((one) => one.name() === name);
}

/** As a shell does, for what our pages need of it: single quotes, and variables before the command. */
function splitWords(line: string): string[] {
  const words = [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return words.slice(first).filter((word) => word !== 'npx');
}
