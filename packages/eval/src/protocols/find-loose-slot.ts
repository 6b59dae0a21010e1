import { problemSlot, testSlots } from './fill-slots.ts';
import type { ProtocolForm } from './protocol.ts';

/**
 * A slot that nothing fills, which the model would see as it stands: a misspelt `{problme}`, a `{unit}` that no `slots`
 * define. The arguments of LaTeX are no slots: `\boxed{answer}`, `\frac{a}{b}`, `x^{n}`.
 *
 * @returns the field that holds it, and the slot with its braces
 */
export function findLooseSlot(form: ProtocolForm): { readonly field: string; readonly slot: string } | undefined {
  const { prompt, instruction, shots } = form;
  const defined = Object.keys(instruction?.slots ?? {}).map((name) => `{${name}}`);
  const layout = shots?.layout.kind === 'text' ? shots.layout.template : '';
  const texts: readonly (readonly [field: string, text: string, known: readonly string[]])[] = [
    // A turn without the problem is sent as it is, and says so by having no slot at all.
    ...(prompt.kind === 'completion' ? [prompt.template] : prompt.messages.map(({ content }) => content))
      .filter((text) => text.includes(problemSlot))
      .map((text) => ['prompt', text, [problemSlot, ...testSlots]] as const),
    ['instruction.before', instruction?.before ?? '', defined],
    ['instruction.after', instruction?.after ?? '', defined],
    ['shots.layout.template', layout, [problemSlot, '{solution}', ...testSlots]],
  ];
  for (const [field, text, known] of texts) {
    const slot = listSlots(text).find((one) => !known.includes(one));
    if (slot !== undefined) return { field, slot };
  }
  return undefined;
}

function listSlots(text: string): readonly string[] {
  return [...text.matchAll(/\{\w+\}/g)]
    .filter(({ index }) => !/(?:\\[a-z]+|[\]}^_])$/i.test(text.slice(0, index)))
    .map(([slot]) => slot);
}
