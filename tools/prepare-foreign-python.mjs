import { join } from 'node:path';
import { preparePinnedPython } from './prepare-pinned-python.mjs';

/** A Python with lm-eval and inspect_ai, for the tests that import their logs. SCALEQUEST_FOREIGN_PYTHON names one. */
export async function prepareForeignPython(say) {
  return await preparePinnedPython({
    name: 'foreign',
    requirements: join(import.meta.dirname, '..', 'test', 'support', 'foreign', 'requirements.lock'),
    modules: ['lm_eval', 'inspect_ai'],
    variable: 'SCALEQUEST_FOREIGN_PYTHON',
    what: 'lm-eval[api,math] 0.4.13, inspect_ai and openai',
    skipped: 'Tests on logs of lm-eval and inspect_ai',
    say,
  });
}
