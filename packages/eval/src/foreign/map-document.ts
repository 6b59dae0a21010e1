import type { Problem } from '@scalequest/datasets';
import type { ForeignDocument } from './foreign-log.ts';

/**
 * The problem that a document is, or why none can be told. Several ids are problems with one question and one reference:
 * it may be any of them.
 */
export type MappedDocument = { readonly ids: readonly [string, ...string[]] } | { readonly why: string };

/**
 * Makes a finder of our problems for the documents of other systems: by id, else by the text of the question, else by
 * the line. An id that is a mere number and a line count only where the question agrees, as every system counts its own
 * way; an id that says more counts also where the log holds no question.
 *
 * @param problems - a whole benchmark, in its file's order
 */
export function createDocumentMapper(problems: readonly Problem[]): (document: ForeignDocument) => MappedDocument {
  const byId = new Map(problems.map((problem) => [problem.id, problem]));
  const byText = groupByText(problems);
  return (document) => {
    const texts = document.texts.map(normalise).filter((text) => text !== '');
    const agrees = ({ problem }: Problem): boolean => texts.some((text) => isSameQuestion(text, normalise(problem)));
    let otherText: string | undefined;
    for (const id of document.ids.flatMap(listSpellings)) {
      const problem = byId.get(id);
      if (problem === undefined) continue;
      if (agrees(problem) || (texts.length === 0 && /[a-z]/i.test(id))) return { ids: [id] };
      if (/[a-z]/i.test(id)) otherText = id;
    }
    const same = [...new Set(texts.flatMap((text) => byText.get(text) ?? []))];
    if (same.length === 1) return { ids: [(same[0] as Problem).id] };
    if (same.length > 1) return chooseTwin(same, document, problems);
    const atLine = document.line === undefined ? undefined : problems[document.line];
    if (atLine !== undefined && agrees(atLine)) return { ids: [atLine.id] };
    if (otherText !== undefined) return { why: `its question is not that of '${otherText}'` };
    return { why: texts.length === 0 ? 'it has no id and no question that is known' : 'no problem has its question' };
  };
}

/** Two problems may ask the same: the reference or the line tells them apart. */
function chooseTwin(
  twins: readonly Problem[],
  { line, reference }: ForeignDocument,
  problems: readonly Problem[],
): MappedDocument {
  const same = twins.filter((twin) => reference !== undefined && normalise(twin.reference) === normalise(reference));
  const left = same.length > 0 ? same : twins;
  const atLine = line === undefined ? undefined : problems[line];
  if (atLine !== undefined && left.includes(atLine)) return { ids: [atLine.id] };
  const [first, ...others] = left.map(({ id }) => id) as [string, ...string[]];
  if (left.every((twin) => twin.reference === left[0]?.reference)) return { ids: [first, ...others] };
  return { why: `${left.length} problems have its question: ${left.map(({ id }) => `'${id}'`).join(', ')}` };
}

/** MBPP numbers its tasks, and EvalPlus's names for them are ours. */
function listSpellings(id: string): readonly string[] {
  return /^\d+$/.test(id) ? [id, `Mbpp/${id}`] : [id];
}

function groupByText(problems: readonly Problem[]): ReadonlyMap<string, readonly Problem[]> {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const text = normalise(problem.problem);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [problem]);
    else group.push(problem);
  }
  return groups;
}

function normalise(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** Shorter texts stand in others by chance. */
const shortestPart = 20;

/** The same, or the one within the other: logs may hold the question with its instruction or without its examples. */
function isSameQuestion(a: string, b: string): boolean {
  if (a === b) return true;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  return shorter.length >= shortestPart && longer.includes(shorter);
}
