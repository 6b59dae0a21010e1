import { join } from 'node:path';
import { preparePinnedPython } from './prepare-pinned-python.mjs';

/** A Python with Ray, for the tests that start a Ray head. SCALEQUEST_RAY_PYTHON names one. */
export async function prepareRayPython(say) {
  return await preparePinnedPython({
    name: 'ray',
    requirements: join(import.meta.dirname, '..', 'test', 'support', 'ray', 'requirements.lock'),
    modules: ['ray', 'aiohttp'],
    variable: 'SCALEQUEST_RAY_PYTHON',
    what: 'ray[default] 2.60.0',
    skipped: 'Tests on a Ray cluster',
    say,
  });
}
