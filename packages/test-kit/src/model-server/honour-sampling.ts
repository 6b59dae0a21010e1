import type { ModelServerOptions, ModelServerReply, ModelServerRequest } from './model-server-options.ts';
import { countWords, takeWords } from './words.ts';

/** Ends a reply where its request says: before the first of its stops, and at its most tokens, which are words. */
export function honourSampling(
  reply: ModelServerReply,
  { body }: ModelServerRequest,
  { ignores = [], includesStop = false }: Pick<ModelServerOptions, 'ignores' | 'includesStop'>,
): ModelServerReply {
  const stops = ignores.includes('stop') ? [] : listStops(body.stop);
  const places = stops
    .map((stop) => ({ at: reply.text.indexOf(stop), length: includesStop ? stop.length : 0 }))
    .filter(({ at }) => at >= 0)
    .map(({ at, length }) => at + length);
  const stopped = places.length === 0 ? reply : { ...reply, text: reply.text.slice(0, Math.min(...places)) };
  const most = body.max_tokens;
  if (typeof most !== 'number' || ignores.includes('max_tokens') || countWords(stopped.text) <= most) return stopped;
  return { ...stopped, text: takeWords(stopped.text, most), finishReason: 'length' };
}

function listStops(stop: unknown): readonly string[] {
  if (typeof stop === 'string') return [stop];
  return Array.isArray(stop) ? stop.filter((text): text is string => typeof text === 'string') : [];
}
