import { createRequire } from 'node:module';
import type OpenAi from 'openai';
import type { Pool } from 'undici';

const require = createRequire(import.meta.url);

/**
 * Both packages are loaded at the first request, and only the parts that it needs. As CommonJS `openai` takes 45 ms
 * where its ES modules take 65; undici's pool alone takes 22 ms, all of undici 70.
 */
export function loadOpenAi(): typeof OpenAi {
  return (require('openai') as { readonly OpenAI: typeof OpenAi }).OpenAI;
}

export function loadUndiciPool(): typeof Pool {
  return require('undici/lib/dispatcher/pool.js') as typeof Pool;
}
