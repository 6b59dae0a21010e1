import { readFile } from 'node:fs/promises';
import { asFileError } from '@scalequest/core';
import type { LoadOptions } from '@scalequest/datasets';
import {
  type ChatTemplate,
  findProtocolVariant,
  findTemplate,
  getShots,
  loadShots,
  type Protocol,
  parseProtocol,
  parseTemplate,
  type ResolvedProtocol,
  readShots,
  resolveProtocol,
  type ShotTexts,
  type Task,
} from '@scalequest/eval';
import { CliError } from '../errors.ts';

/** What the flags say of the protocol. */
export interface ProtocolOptions {
  /** A label, or a file. */
  readonly protocol?: string;
  /** A name, or a file. */
  readonly template?: string;
  /** A file. */
  readonly shots?: string;
  readonly shotsCount?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
}

/**
 * The protocol that a command line asks for, for a benchmark, with the texts of its examples.
 *
 * @param loadOptions left out, texts that a benchmark gives are not loaded, and the hash says nothing of them: what is
 * wrong with the request shows all the same
 */
export async function chooseProtocol(
  task: Task,
  options: ProtocolOptions,
  loadOptions?: LoadOptions,
): Promise<ResolvedProtocol> {
  const { temperature, topP, maxTokens, shotsCount } = options;
  const { protocol, variant } = await openProtocol(options.protocol ?? task.protocol);
  const choices = {
    benchmark: typeof task.benchmark === 'string' ? task.benchmark : task.benchmark.name,
    ...(variant === undefined ? {} : { variant }),
    ...(shotsCount === undefined ? {} : { shotsCount }),
  };
  const template = options.template === undefined ? undefined : await openTemplate(options.template);
  const shots = await openShots({ protocol, choices, file: options.shots, loadOptions });
  return resolveProtocol(protocol, {
    ...choices,
    ...(template === undefined ? {} : { template }),
    ...(shots === undefined ? {} : { shots }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  });
}

/** The flags that say what is otherwise in a protocol, as they are typed. */
const overrides = {
  template: '--template',
  shots: '--shots',
  shotsCount: '--shots-count',
  temperature: '--temperature',
  topP: '--top-p',
  maxTokens: '--max-tokens',
} as const satisfies Partial<Record<keyof ProtocolOptions, string>>;

/** The flags of a protocol that a command line gives, in the order above. */
export function listProtocolFlags(options: ProtocolOptions): readonly string[] {
  const keys = Object.keys(overrides) as readonly (keyof typeof overrides)[];
  const given = keys.filter((key) => options[key] !== undefined).map((key) => overrides[key]);
  return [...(options.protocol === undefined ? [] : ['--protocol']), ...given];
}

/** What the flags of a command say of the protocol, without the others. */
export function pickProtocolOptions(options: ProtocolOptions): ProtocolOptions {
  const keys = ['protocol', ...Object.keys(overrides)] as readonly (keyof ProtocolOptions)[];
  return Object.fromEntries(keys.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])));
}

/**
 * The protocol that recorded replies are declared to be asked by. Undefined where none is: the benchmark's own would be
 * a guess.
 *
 * @throws CliError what {@link requireProtocolName} throws
 */
export async function chooseDeclaredProtocol(
  task: Task,
  options: ProtocolOptions,
  loadOptions: LoadOptions,
): Promise<ResolvedProtocol | undefined> {
  requireProtocolName(options);
  return options.protocol === undefined ? undefined : await chooseProtocol(task, options, loadOptions);
}

/**
 * What is otherwise in a protocol says nothing about replies of which the protocol is not named.
 *
 * @throws CliError `BAD_OPTION`
 */
export function requireProtocolName(options: ProtocolOptions): void {
  const flags = listProtocolFlags(options);
  if (flags.length === 0 || options.protocol !== undefined) return;
  throw new CliError({
    code: 'BAD_OPTION',
    kind: 'request',
    what: `${flags.join(', ')} ${flags.length === 1 ? 'is' : 'are'} given without --protocol.`,
    why: 'How recorded replies were asked is not known, and these only say what was otherwise.',
    next: 'Name the protocol that the replies were asked by, or leave them out.',
    fields: { options: flags },
  });
}

async function openProtocol(text: string): Promise<{ readonly protocol: Protocol; readonly variant?: string }> {
  return isFile(text) ? { protocol: parseProtocol(await read(text), text) } : findProtocolVariant(text);
}

async function openTemplate(text: string): Promise<ChatTemplate> {
  return isFile(text) ? parseTemplate(await read(text), text) : findTemplate(text);
}

async function openShots({
  protocol,
  choices,
  file,
  loadOptions,
}: {
  readonly protocol: Protocol;
  readonly choices: Parameters<typeof getShots>[1];
  readonly file: string | undefined;
  readonly loadOptions: LoadOptions | undefined;
}): Promise<ShotTexts | undefined> {
  if (file !== undefined) return await readShots(file);
  const shots = getShots(protocol, choices);
  if (shots === undefined) return undefined;
  if (loadOptions === undefined && shots.source.kind === 'benchmark') return undefined;
  return await loadShots(shots, loadOptions ?? { cacheDir: '', allowDownload: false });
}

/** No label and no name of a template ends so. */
function isFile(text: string): boolean {
  return text.endsWith('.json');
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}
