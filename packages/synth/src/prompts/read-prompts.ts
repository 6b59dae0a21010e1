import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asFileError, describeCloseNames } from '@scalequest/core';
import { z } from 'zod';
import { SynthError } from '../errors.ts';
import { ownPrompts, type PromptName, type Prompts } from './own-prompts.ts';
import { definePrompt } from './prompt.ts';

const fileSchema = z.record(
  z.string(),
  z.union([
    z.string().min(1),
    z.strictObject({
      system: z.string().min(1).optional(),
      user: z.string().min(1),
      version: z.number().int().min(1).optional(),
    }),
  ]),
);

/**
 * The project's prompts with those of a user in their places. The path is a JSON file of prompts by name, each the text of the
 * user's turn or `{ "system", "user", "version" }`; or a folder of texts, `solve-math.txt` and beside it, where there is one,
 * `solve-math.system.txt`. A path that holds no prompt is an error: nobody names one to use the project's own.
 *
 * @throws SynthError `PROMPT_BROKEN`; CoreError where it cannot be read
 * @example
 * const recipe = scalequestMath({ prompts: await readPrompts('my-prompts.json') });
 */
export async function readPrompts(path: string): Promise<Prompts> {
  const given = (await isFolder(path)) ? await readFolder(path) : await readJson(path);
  const parsed = fileSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw broken(path, `At '${issue?.path.map(String).join('.') ?? ''}': ${issue?.message ?? 'it is no record'}.`);
  }
  if (Object.keys(parsed.data).length === 0) {
    const next = `Give one under its name: ${Object.keys(ownPrompts).join(', ')}. In a folder it is a file such as solve-math.txt.`;
    throw broken(path, 'There is no prompt in it.', next);
  }
  const prompts: Record<PromptName, Prompts[PromptName]> = { ...ownPrompts };
  for (const [name, one] of Object.entries(parsed.data)) {
    if (!isPromptName(name)) {
      const names = Object.keys(ownPrompts);
      const next = `${describeCloseNames(name, names)} There are: ${names.join(', ')}.`.trimStart();
      throw broken(path, `Prompt '${name}' is not known.`, next);
    }
    const { user, system, version = 1 } = typeof one === 'string' ? { user: one, system: undefined } : one;
    const { places } = ownPrompts[name];
    const texts = { user, ...(system === undefined ? {} : { system }) };
    prompts[name] = definePrompt({ name, version, ...texts, places, origin: 'given' });
  }
  return prompts;
}

function isPromptName(name: string): name is PromptName {
  return Object.hasOwn(ownPrompts, name);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(path, `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function readFolder(path: string): Promise<unknown> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.txt')).sort();
  const prompts: Record<string, { system?: string; user?: string }> = {};
  for (const file of names) {
    const text = await readText(join(path, file));
    const name = basename(file, '.txt');
    const isSystem = name.endsWith('.system');
    const known = prompts[isSystem ? name.slice(0, -'.system'.length) : name] ?? {};
    prompts[isSystem ? name.slice(0, -'.system'.length) : name] = isSystem
      ? { ...known, system: text.trimEnd() }
      : { ...known, user: text.trimEnd() };
  }
  return prompts;
}

async function readText(path: string): Promise<string> {
  try {
    // Editors of some systems put a mark before a text, and a return before the end of a line: neither is meant for a model.
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  } catch (error) {
    throw asFileError(error, { path, action: 'read' });
  }
}

function broken(path: string, why: string, next = 'Correct it, or leave it out.'): SynthError {
  return new SynthError({
    code: 'PROMPT_BROKEN',
    kind: 'request',
    what: `The prompts in '${path}' cannot be used.`,
    why,
    next,
    fields: { path },
  });
}
