/** Where the problem goes in a template. */
export const problemSlot = '{problem}';

/**
 * Replaces `{name}` by its value, once: what a value holds is no slot. A name without a value stays as it is, because
 * `\boxed{answer}` is no slot either.
 */
export function fillSlots(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => (Object.hasOwn(values, name) ? values[name] : whole) ?? whole,
  );
}
