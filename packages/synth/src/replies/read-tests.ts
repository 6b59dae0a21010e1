import { hideThinking } from './hide-thinking.ts';
import { readMarkedSection } from './read-marked-section.ts';
import { readProgram } from './read-program.ts';

/** Tests that a model wrote for an exercise. */
export interface WrittenTests {
  /** The first line of the function, such as `def add(a, b):`. */
  readonly signature: string;
  readonly entryPoint: string;
  /** Python source with asserts that call the entry point. */
  readonly tests: string;
  readonly asserts: number;
}

/**
 * The signature and the asserts of a reply. Undefined where one is missing, where the tests define what they are to test, or
 * where fewer than so many asserts call it. Asserts inside of functions do not count: nobody calls those.
 */
export function readTests(
  reply: string,
  { leastAsserts }: { readonly leastAsserts: number },
): WrittenTests | undefined {
  const said = hideThinking(reply) ?? '';
  const tests = readProgram(said, /^assert\b/m);
  const sections = /<signature>([\s\S]*?)<\/signature>/.exec(said)?.[0];
  const section = sections === undefined ? undefined : readMarkedSection(sections, 'signature');
  if (tests === undefined || section === undefined || 'problem' in section) return undefined;
  const signature = section.text.replace(/^`+|`+$/g, '').trim();
  const entryPoint = /^(?:async\s+)?def\s+([A-Za-z_]\w*)\s*\(.*\).*:$/s.exec(signature)?.[1];
  if (entryPoint === undefined || signature.includes('\n')) return undefined;
  if (new RegExp(`^\\s*(?:async\\s+)?(?:def|class)\\s+${entryPoint}\\b`, 'm').test(tests)) return undefined;
  const calls = new RegExp(`^assert\\b.*\\b${entryPoint}\\s*\\(`, 'gm');
  const asserts = [...tests.matchAll(calls)].length;
  return asserts < leastAsserts ? undefined : { signature, entryPoint, tests, asserts };
}
