import { completePrompt } from './complete-prompt.ts';
import { dropUsage } from './drop-usage.ts';
import type { ExtractedProgram, ProgramTask } from './extract-program.ts';
import { type Block, findBlocks, findFence } from './find-blocks.ts';
import { findLongestFrom, findLongestProgram, longestSearched, startSearch } from './find-longest-program.ts';
import { type PythonProgram, parsePython } from './parse-python.ts';
import { readModule, type Statement } from './python-module.ts';
import { readReply } from './read-reply.ts';

/** Python that was found, and how. */
interface Found {
  readonly program: PythonProgram;
  readonly rule: string;
  /** Where it stands in the text of the reply. */
  readonly start?: number;
  readonly end?: number;
}

/**
 * The program of a reply, by the first of these that finds one. Usage examples and tests beside it are dropped; imports
 * and helpers of the prompt stand before it where it lacks them.
 *
 * - `completion`: a reply that begins indented goes on from the prompt. `completion-cut`: up to where it stops being
 *   Python.
 * - `fence`: the last fenced block that defines the entry point. `fences`: with definitions of other blocks that it
 *   needs. A block that holds more than Python gives its longest run of lines that is (`fence-cut`), its lines behind
 *   `>>>` (`fence-prompt`), or its indented lines (`fence-indented`).
 * - `fence-completion`: a block that goes on from the prompt.
 * - `text`: the reply without fences is a program; `text-cut`: lines of it are.
 * - `completion-indented`: a reply that goes on from the prompt once it is indented.
 * - `fence-broken`: the last block that names the entry point, though it is not Python: its error is the verdict.
 * - `other-name`: the last block, or lines, with definitions of other names.
 */
export function extractOurProgram(reply: string, task: ProgramTask): ExtractedProgram {
  const { text: visible, locate } = readReply(reply);
  const text = visible.slice(0, longestSearched);
  const found = find(text, task);
  if (found === undefined) return { status: 'no-answer' };
  const { program, rule, start, end } = found;
  const isCompletion = rule.includes('completion');
  const clean = isCompletion ? dropLaterEntry(program, task) : dropUsage(program, task.entryPoint);
  const whole = isCompletion ? clean : prependContext(clean, task);
  const isPiece = start !== undefined && end !== undefined && whole === text.slice(start, end);
  return {
    status: 'found',
    program: whole.endsWith('\n') ? whole : `${whole}\n`,
    rule,
    ...(isPiece ? { start: locate(start), end: locate(end) } : {}),
  };
}

function find(text: string, task: ProgramTask): Found | undefined {
  const { entryPoint, prompt } = task;
  if (text.trim() === '') return undefined;
  const isBody =
    /^(?:[ \t]*\n)*[ \t]+(?!```|~~~|\d+[.)]|[-*+] )\S/.test(text) &&
    !new RegExp(`^[ \\t]+(?:async[ \\t]+)?def[ \\t]+${escapeName(entryPoint)}\\b`, 'm').test(text);
  const completion = isBody && prompt !== '' ? completePrompt(prompt, text) : undefined;
  if (completion !== undefined) return completion;
  const blocks = listBlocks(text, task);
  return (
    findInBlocks(blocks, entryPoint) ??
    findCompletionInBlocks(blocks, task) ??
    findInText(text, entryPoint) ??
    (prompt === '' ? undefined : completePrompt(prompt, text, { indents: true })) ??
    findBroken(blocks, entryPoint) ??
    findOtherName(blocks, text)
  );
}

interface ReadBlock extends Block {
  readonly found: Found | undefined;
}

/** The blocks with what is Python in them. A reply may begin inside a block that its prompt opened. */
function listBlocks(text: string, { entryPoint, prompt }: ProgramTask): readonly ReadBlock[] {
  const fence = findFence(text);
  const head = fence === -1 ? '' : text.slice(0, fence);
  const isHeadCode =
    head.trim() !== '' &&
    (defines(parsePython(head), entryPoint) ||
      (prompt !== '' && /^[ \t]/.test(head) && completePrompt(prompt, head) !== undefined));
  const behind = isHeadCode ? text.slice(0, fence).length + (/^.*\n?/.exec(text.slice(fence))?.[0].length ?? 0) : 0;
  const blocks = findBlocks(text.slice(behind)).map(({ code, start, end }) => ({
    code,
    start: start + behind,
    end: end + behind,
  }));
  const all = isHeadCode ? [{ code: head, start: 0, end: fence }, ...blocks] : blocks;
  return all.map((block) => ({ ...block, found: readBlock(block, entryPoint) }));
}

function readBlock({ code, start, end }: Block, entryPoint: string): Found | undefined {
  const whole = parsePython(code);
  if (whole !== undefined) return { program: whole, rule: 'fence', start, end };
  const session = /^\s*>>> /.test(code) ? parsePython(readSession(code)) : undefined;
  if (session !== undefined) return { program: session, rule: 'fence-prompt' };
  const indent = /^(?:[ \t]*\n)*([ \t]+)\S/.exec(code)?.[1] ?? '';
  const outdented = indent === '' ? undefined : parsePython(code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
  if (defines(outdented, entryPoint)) return { program: outdented as PythonProgram, rule: 'fence-indented' };
  const run = findDefinition(code, entryPoint);
  return run === undefined ? undefined : { program: run, rule: 'fence-cut' };
}

/** What was typed in an interactive session, without what it answered. */
function readSession(code: string): string {
  return code
    .split('\n')
    .flatMap((line) => /^[ \t]*(?:>>>|\.\.\.)(?: (.*)|[ \t]*)$/.exec(line)?.slice(1, 2) ?? [])
    .map((line) => line ?? '')
    .join('\n');
}

/** The last block that defines the entry point, whole ones first, with the definitions of other blocks that it needs. */
function findInBlocks(blocks: readonly ReadBlock[], entryPoint: string): Found | undefined {
  const binding = blocks.filter(({ found }) => defines(found?.program, entryPoint));
  // `from solution import NAME` shows how it is used, unless it is all that there is.
  const own = binding.filter(({ found }) => !imports((found as Found).program, entryPoint));
  const defining = own.length === 0 ? binding : own;
  const chosen = defining.findLast(({ found }) => found?.rule !== 'fence-cut') ?? defining.at(-1);
  if (chosen?.found === undefined) return undefined;
  const main = chosen.found;
  const others = blocks.filter(({ found }) => found !== undefined && found !== main);
  const isBefore = ({ start }: Block): boolean => start < chosen.start;
  const statements = others.flatMap((block) =>
    readModule((block.found as Found).program).map((statement) => ({ statement, isBefore: isBefore(block) })),
  );
  const taken = new Set<Statement>();
  const module = readModule(main.program);
  const bound = new Set(module.flatMap(({ binds }) => [...binds]));
  const needed = new Set(module.flatMap(({ names }) => [...names]));
  // A set yields what is added to it while it is read.
  for (const name of needed) {
    if (bound.has(name)) continue;
    const source = statements.findLast(
      ({ statement: { binds, names, node } }) =>
        binds.has(name) && (node.name !== 'AssignStatement' || !names.has(entryPoint)),
    );
    if (source === undefined) continue;
    taken.add(source.statement);
    for (const used of source.statement.names) needed.add(used);
  }
  if (taken.size === 0) return main;
  const write = (before: boolean): readonly string[] =>
    statements
      .filter(({ statement, isBefore }) => isBefore === before && taken.has(statement))
      .map(({ statement }) => statement.text);
  const text = [...write(true), main.program.text, ...write(false)].join('\n');
  const program = parsePython(text);
  return program === undefined ? main : { program, rule: 'fences' };
}

function findCompletionInBlocks(blocks: readonly Block[], { prompt }: ProgramTask): Found | undefined {
  if (prompt === '') return undefined;
  for (const { code } of [...blocks].reverse()) {
    const found = completePrompt(prompt, code, { indents: true });
    if (found !== undefined) return { program: found.program, rule: 'fence-completion' };
  }
  return undefined;
}

function findInText(text: string, entryPoint: string): Found | undefined {
  const whole = parsePython(text);
  if (defines(whole, entryPoint)) return { program: whole as PythonProgram, rule: 'text', start: 0, end: text.length };
  const session = /^\s*>>> /.test(text) ? parsePython(readSession(text)) : undefined;
  if (defines(session, entryPoint)) return { program: session as PythonProgram, rule: 'text-prompt' };
  const program = findDefinition(text, entryPoint);
  return program === undefined ? undefined : { program, rule: 'text-cut' };
}

/** The longest run of lines that is Python and holds the last definition of the entry point. */
function findDefinition(text: string, entryPoint: string): PythonProgram | undefined {
  const lines = text.split('\n');
  const effort = startSearch();
  const name = escapeName(entryPoint);
  const definition = new RegExp(
    `^([ \\t]*)(?:(?:async[ \\t]+)?def[ \\t]+${name}\\b|class[ \\t]+${name}\\b|${name}[ \\t]*=[^=])`,
  );
  for (let at = lines.length - 1; at >= 0 && effort.characters > 0; at--) {
    const indent = definition.exec(lines[at] as string)?.[1];
    if (indent === undefined) continue;
    if (indent !== '' && isNested(lines, at, indent)) continue;
    const plain =
      indent === '' ? lines : lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    for (let first = 0; first <= at && effort.characters > 0; first++) {
      if ((plain[first] as string).trim() === '') continue;
      const run = findLongestFrom(plain, first, (last) => last >= at, effort);
      if (run !== undefined && defines(run.program, entryPoint)) return run.program;
    }
  }
  return undefined;
}

/** Whether the line before it that is less indented opens a block, such as a class. */
function isNested(lines: readonly string[], at: number, indent: string): boolean {
  const outer = lines.slice(0, at).findLast((line) => line.trim() !== '' && line.search(/[^ \t]/) < indent.length);
  return (
    outer !== undefined &&
    /^[ \t]*(?:class|def|async|if|else|elif|try|except|for|while|with)\b.*:[ \t]*(?:#.*)?$/.test(outer)
  );
}

function findBroken(blocks: readonly ReadBlock[], entryPoint: string): Found | undefined {
  const names = new RegExp(`\\b(?:def|class)[ \\t]+${escapeName(entryPoint)}\\b`);
  const block = blocks.findLast(({ code, found }) => found === undefined && names.test(code));
  return block === undefined
    ? undefined
    : { program: asText(block.code), rule: 'fence-broken', start: block.start, end: block.end };
}

function findOtherName(blocks: readonly ReadBlock[], text: string): Found | undefined {
  const hasDefinition = ({ program }: Found): boolean =>
    readModule(program).some(({ node }) =>
      ['FunctionDefinition', 'ClassDefinition', 'DecoratedStatement'].includes(node.name),
    );
  const block = blocks.findLast(({ found }) => found !== undefined && hasDefinition(found));
  if (block?.found !== undefined) return { ...block.found, rule: 'other-name' };
  const run = findLongestProgram(text.split('\n'));
  const found = run === undefined ? undefined : { program: run.program, rule: 'other-name' };
  return found !== undefined && hasDefinition(found) ? found : undefined;
}

function defines(program: PythonProgram | undefined, entryPoint: string): boolean {
  return program !== undefined && readModule(program).some(({ binds }) => binds.has(entryPoint));
}

/** Whether the name is one of another module alone. */
function imports(program: PythonProgram, entryPoint: string): boolean {
  const binding = readModule(program).filter(({ binds }) => binds.has(entryPoint));
  return binding.every(({ node }) => node.name === 'ImportStatement');
}

/** A completion that goes on with other programs may define the entry point again: the first one is the answer. */
function dropLaterEntry(program: PythonProgram, { entryPoint }: ProgramTask): string {
  let isDefined = false;
  return dropUsage(program, entryPoint, ({ binds, node }) => {
    if (!binds.has(entryPoint) || node.name === 'AssignStatement') return true;
    const isFirst = !isDefined;
    isDefined = true;
    return isFirst;
  });
}

/** Before a program the imports and helpers of its prompt that it lacks. */
function prependContext(text: string, { entryPoint, prompt }: ProgramTask): string {
  const program = parsePython(text);
  const context = parsePython(prompt) ?? parsePython(`${prompt.trimEnd()}\n    pass\n`);
  if (program === undefined || context === undefined) return text;
  const own = readModule(program);
  const bound = new Set(own.flatMap(({ binds }) => [...binds]));
  const before = readModule(context);
  const entry = before.findIndex(({ binds }) => binds.has(entryPoint));
  const missing = before
    .slice(0, entry === -1 ? undefined : entry)
    .filter(({ binds }) => binds.size > 0 && [...binds].some((name) => name === '*' || !bound.has(name)))
    .filter(({ text: wanted }) => !own.some(({ text: present }) => present === wanted));
  if (missing.length === 0) return text;
  // Nothing but its docstring may stand before `from __future__`.
  const at = own.findLast(({ text: line }) => /^from\s+__future__\b/.test(line))?.node.to ?? 0;
  const head = text.slice(0, at);
  return `${head}${head === '' || head.endsWith('\n') ? '' : '\n'}${missing.map((statement) => statement.text).join('\n')}\n${text.slice(at).replace(/^\n/, '')}`;
}

/** A text that is no program, to be run as it is. */
function asText(text: string): PythonProgram {
  return { text, tree: (parsePython('') as PythonProgram).tree };
}

function escapeName(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
