/** Where the problem goes in a template. */
export const problemSlot = '{problem}';

/**
 * Where the tests of the problem go: all of them, one on each line, or the first, the second and the third, which are
 * empty where there are fewer.
 */
export const testSlots = ['{tests}', '{test1}', '{test2}', '{test3}'] as const;

/** The values of {@link testSlots}. */
export function listTestValues(tests: readonly string[]): Readonly<Record<string, string>> {
  const [test1 = '', test2 = '', test3 = ''] = tests;
  return { tests: tests.join('\n'), test1, test2, test3 };
}

/** Whether a template shows tests. */
export function showsTests(template: string): boolean {
  return testSlots.some((slot) => template.includes(slot));
}

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
