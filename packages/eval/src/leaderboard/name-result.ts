import { sha256Hex } from '@scalequest/core';
import type { ResultFile } from './result-file.ts';

/**
 * The name of a result's file: benchmark, model and, where it is known, the protocol. A model that is asked again by the
 * same protocol takes the place of its earlier result.
 *
 * @example
 * nameResult({ benchmark: 'gsm8k', model: 'tora-70b-v1.0', protocol: null }); // 'gsm8k--tora-70b-v1.0.json'
 */
export function nameResult({
  benchmark,
  model,
  protocol,
}: Pick<ResultFile, 'benchmark' | 'model' | 'protocol'>): string {
  const slug = model.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  // Two names that only differ in what a file name cannot hold are two models.
  const own = slug === model ? slug : `${slug}-${sha256Hex(model).slice(0, 6)}`;
  return `${[benchmark, own, ...(protocol === null ? [] : [protocol.sha256.slice(0, 8)])].join('--')}.json`;
}
