import type { Problem } from '@scalequest/datasets';
import type { ChatMessage, Prompt } from '@scalequest/models';
import { EvaluationError } from '../errors.ts';
import type { ChatTemplate } from './chat-template.ts';
import { fillSlots, listTestValues, problemSlot, showsTests } from './fill-slots.ts';
import { getTests } from './get-tests.ts';
import { addInstruction } from './instruction.ts';
import type { Protocol, ResolvedProtocol } from './protocol.ts';
import { type ChooseShots, createShotChooser } from './shots/choose-shots.ts';
import type { Shot } from './shots/shots.ts';

/** The prompt of a problem. `position` is its 0-based place in the whole benchmark, which the choice of shots may follow. */
export type RenderPrompt = (problem: Problem, position: number) => Prompt;

/**
 * Makes the renderer of a protocol. Only named slots are replaced: no other character of a template has a meaning, and
 * no character of a problem.
 *
 * @throws EvaluationError `NO_SHOTS` where the protocol shows examples and has no texts for them
 */
export function createPromptRenderer({
  protocol,
  shots: texts = [],
}: Pick<ResolvedProtocol, 'protocol' | 'shots'>): RenderPrompt {
  const { prompt, template, prefill = '' } = protocol;
  const chooseShots = makeChooser(protocol, texts);
  return (problem, position) => {
    const shots = chooseShots(position).map((index) => texts[index] as Shot);
    const question = addInstruction(protocol.instruction, problem);
    if (prompt.kind === 'completion') {
      const text = fill(prompt.template, question, problem);
      return { kind: 'completion', text: writeShots(protocol, shots) + text + prefill };
    }
    const messages = prompt.messages.flatMap(({ role, content }): readonly ChatMessage[] => {
      if (!content.includes(problemSlot)) return [{ role, content }];
      const ask = (text: string, asked: Problem): ChatMessage => ({
        role,
        content: fill(content, addSentence(protocol, text), asked),
      });
      if (protocol.shots?.layout.kind !== 'turns') {
        const { role: asker, content: asked } = ask(question, problem);
        return [{ role: asker, content: writeShots(protocol, shots) + asked }];
      }
      // An instruction that depends on the problem says nothing about a shot.
      const instruction = protocol.instruction?.slots === undefined ? protocol.instruction : undefined;
      const turns = shots.flatMap((shot): ChatMessage[] => {
        const shown = { id: '', problem: shot.problem, reference: '', meta: { tests: shot.tests } };
        return [ask(addInstruction(instruction, shown), shown), { role: 'assistant', content: shot.solution }];
      });
      return [...turns, ask(question, problem)];
    });
    if (template === undefined) return { kind: 'chat', messages };
    return { kind: 'completion', text: writeTurns(messages, template, prefill) };
  };
}

/** The prompt of one problem of which nothing but the text is known, by a protocol that shows no examples. */
export function renderPrompt(protocol: Protocol, problem: string): Prompt {
  return createPromptRenderer({ protocol })({ id: '', problem, reference: '', meta: {} }, 0);
}

function makeChooser({ shots, name, version }: Protocol, texts: readonly Shot[]): ChooseShots {
  if (shots === undefined || shots.count === 0) return () => [];
  const { choice } = shots;
  const skipped = choice.kind === 'first' ? (choice.skip ?? 0) : 0;
  if (texts.length - skipped >= shots.count) return createShotChooser(shots, texts.length);
  const { source } = shots;
  throw new EvaluationError({
    code: 'NO_SHOTS',
    kind: 'request',
    what: `Protocol '${name}@${version}' shows ${shots.count} examples, and their texts are not there.`,
    why:
      source.kind === 'file'
        ? 'They are not part of the project.'
        : `They are those of '${source.name}', which was not loaded.`,
    next: 'Give them in a file: --shots FILE, or leave them out with --shots-count 0.',
    fields: { protocol: name, count: shots.count },
  });
}

function writeShots({ shots }: Protocol, chosen: readonly Shot[]): string {
  const layout = shots?.layout;
  if (layout?.kind !== 'text') return '';
  return chosen
    .map(({ problem, solution, tests = [] }) => {
      return fillSlots(layout.template, { problem, solution, ...listTestValues(tests) }) + layout.separator;
    })
    .join('');
}

/** @throws EvaluationError `NO_CASE` where tests are to be shown and the problem has none */
function fill(template: string, question: string, problem: Problem): string {
  const tests = getTests(problem);
  if (tests.length > 0 || !showsTests(template)) {
    return fillSlots(template, { problem: question, ...listTestValues(tests) });
  }
  throw new EvaluationError({
    code: 'NO_CASE',
    kind: 'request',
    what: `The protocol shows tests, and problem '${problem.id}' has none to show.`,
    why: 'Its benchmark has no list of asserts.',
    next: 'Use the protocol with the benchmark that it was written for.',
    fields: { id: problem.id },
  });
}

function addSentence({ instruction, template }: Protocol, question: string): string {
  if (instruction?.fromTemplate !== true) return question;
  return (template?.sentence?.before ?? '') + question + (template?.sentence?.after ?? '');
}

/**
 * Turns as raw text, up to where the model goes on. Spaces at the end are cut off, as DART-Math and Qwen2.5-Math do: a
 * model writes the space before its first word itself, as part of that word's token.
 */
function writeTurns(messages: readonly ChatMessage[], template: ChatTemplate, prefill: string): string {
  const { begin = '', system, user, assistant } = template;
  const hasSystem = messages.some(({ role }) => role === 'system');
  const opening = !hasSystem && system?.text !== undefined ? system.start + system.text + system.end : '';
  const isContinued = messages.at(-1)?.role === 'assistant';
  const turns = messages.map(({ role, content }, index) => {
    const markers = { system: system ?? { start: '', end: '' }, user, assistant }[role];
    const isOpen = isContinued && index === messages.length - 1;
    return markers.start + content + (isOpen ? '' : markers.end);
  });
  const text = begin + opening + turns.join('') + (isContinued ? '' : assistant.start) + prefill;
  return text.replace(/ +$/, '');
}
