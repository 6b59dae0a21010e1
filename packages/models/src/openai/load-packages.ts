import { createRequire } from 'node:module';
import type { createParser } from 'eventsource-parser';
import type OpenAi from 'openai';
import type { Pool } from 'undici';

const require = createRequire(import.meta.url);

/**
 * The packages are loaded at the first request, and only the parts that it needs. As CommonJS `openai` takes 45 ms
 * where its ES modules take 65; undici's pool alone takes 22 ms, all of undici 70.
 */
export function loadOpenAi(): typeof OpenAi {
  return (require('openai') as { readonly OpenAI: typeof OpenAi }).OpenAI;
}

export function loadUndiciPool(): typeof Pool {
  return require('undici/lib/dispatcher/pool.js') as typeof Pool;
}

/** With the first answer that is a stream. */
export function loadEventStreamParser(): typeof createParser {
  return (require('eventsource-parser') as { readonly createParser: typeof createParser }).createParser;
}
