import type { IgnoredField, ModelServerReply, ModelServerRequest } from './model-server-options.ts';
import { countWords, takeWords } from './words.ts';

/** Ends a reply where its request says: before the first of its stops, and at its most tokens, which are words. */
export function honourSampling(
  reply: ModelServerReply,
  { body }: ModelServerRequest,
  ignores: readonly IgnoredField[],
): ModelServerReply {
  const stops = ignores.includes('stop') ? [] : listStops(body.stop);
  const places = stops.map((stop) => reply.text.indexOf(stop)).filter((place) => place >= 0);
  const stopped = places.length === 0 ? reply : { ...reply, text: reply.text.slice(0, Math.min(...places)) };
  const most = body.max_tokens;
  if (typeof most !== 'number' || ignores.includes('max_tokens') || countWords(stopped.text) <= most) return stopped;
  return { ...stopped, text: takeWords(stopped.text, most), finishReason: 'length' };
}

function listStops(stop: unknown): readonly string[] {
  if (typeof stop === 'string') return [stop];
  return Array.isArray(stop) ? stop.filter((text): text is string => typeof text === 'string') : [];
}
