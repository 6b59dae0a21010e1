import { readFile } from 'node:fs/promises';
import { asFileError, pathExists, stripByteOrderMark } from '@scalequest/core';
import { z } from 'zod';
import { CliError } from '../errors.ts';

/** What `scalequest.config.json` in the working folder may say. Flags and the environment win over it. */
export interface ConfigurationFile {
  readonly model?: string | undefined;
  readonly baseUrls?: readonly string[] | undefined;
  /** A file of endpoints, instead of `baseUrls`. */
  readonly endpoints?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly concurrency?: number | undefined;
  /** What a million tokens cost, by the name of the model. */
  readonly prices?: Readonly<Record<string, { readonly in: number; readonly out: number }>> | undefined;
  /** The interpreter to train with. */
  readonly python?: string | undefined;
}

const configurationSchema: z.ZodType<ConfigurationFile> = z
  .strictObject({
    model: z.string().min(1).optional(),
    baseUrls: z.array(z.url()).optional(),
    endpoints: z.string().min(1).optional(),
    dataDir: z.string().min(1).optional(),
    concurrency: z.number().int().min(1).max(10_000).optional(),
    prices: z.record(z.string(), z.strictObject({ in: z.number().min(0), out: z.number().min(0) })).optional(),
    python: z.string().min(1).optional(),
  })
  .refine(({ baseUrls, endpoints }) => baseUrls === undefined || endpoints === undefined, {
    path: ['endpoints'],
    message: 'It takes the place of "baseUrls", and both are there',
  });

const defaultPath = 'scalequest.config.json';

/**
 * Reads the configuration file: the one that was named, which must exist, or the one in the working folder, which may.
 *
 * @throws CliError `BAD_CONFIGURATION`
 */
export async function readConfigurationFile(path?: string): Promise<ConfigurationFile> {
  if (path === undefined && !(await pathExists(defaultPath))) return {};
  const file = path ?? defaultPath;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw asFileError(error, { path: file, action: 'read' });
  }
  try {
    return configurationSchema.parse(JSON.parse(stripByteOrderMark(text)));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const why = issue === undefined ? String(error) : `${issue.path.join('.') || 'The file'}: ${issue.message}.`;
    throw new CliError({
      code: 'BAD_CONFIGURATION',
      kind: 'request',
      what: `The configuration file '${file}' cannot be used.`,
      why,
      next: 'It may hold "model", "baseUrls" (a list) or "endpoints" (a file), "dataDir", "concurrency", "prices" and "python".',
      fields: { file },
      cause: error,
    });
  }
}
