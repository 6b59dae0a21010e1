import { isScaleQuestError } from '@scalequest/core';
import { findProtocolVariant } from '../protocols/find-protocol.ts';
import { findTemplate } from '../protocols/find-template.ts';
import { type Protocol, type ProtocolChoices, resolveProtocol } from '../protocols/protocol.ts';

/**
 * The text that this version has for a label such as `dart@1+temperature=0.7`; undefined where it knows no such protocol.
 * The texts of examples, which come from data, are no part of it.
 */
export function findKnownText(label: string): Protocol | undefined {
  const [name = label, ...changes] = label.split('+');
  try {
    const { protocol, variant } = findProtocolVariant(name);
    const choices = Object.assign({}, ...changes.map(readChange)) as ProtocolChoices;
    return resolveProtocol(protocol, { ...choices, ...(variant === undefined ? {} : { variant }) }).protocol;
  } catch (error) {
    if (isScaleQuestError(error)) return undefined;
    throw error;
  }
}

function readChange(change: string): ProtocolChoices {
  const [key = '', value = ''] = change.split('=');
  if (key === 'template') return { template: findTemplate(value) };
  if (key === 'shots-count') return { shotsCount: Number(value) };
  return key === 'shots' ? {} : { [key]: Number(value) };
}
