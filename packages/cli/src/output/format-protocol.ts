import {
  describeForm,
  describeShots,
  findBeginning,
  type ListedProtocol,
  type PreviewedSample,
  type ResolvedProtocol,
  type ShippedTemplate,
} from '@scalequest/eval';
import { formatCount, formatTable } from './format.ts';

/** The protocols that ship, and below them where their words come from. */
export function formatProtocols(listed: readonly ListedProtocol[]): string {
  const rows = listed.map(({ label, sha256, protocol, benchmarks }) => [
    label,
    sha256.slice(0, 8),
    describeForm(protocol),
    describeShots(protocol),
    protocol.grader,
    benchmarks === undefined ? 'all' : benchmarks.join(', ') || 'where it is named',
  ]);
  const sources = new Map(listed.map(({ protocol, source }) => [`${protocol.name}@${protocol.version}`, source]));
  const lines = [...sources].map(([label, source]) => `${label}: ${source}`);
  return `${formatTable([['protocol', 'hash', 'form', 'examples', 'grader', 'benchmarks'], ...rows])}\n\n${lines.join('\n')}`;
}

export function formatTemplates(shipped: readonly ShippedTemplate[]): string {
  const rows = shipped.map(({ template, source, inferred }) => [
    template.name,
    inferred === undefined ? source : `inferred: ${inferred}`,
  ]);
  return formatTable([['template', 'source'], ...rows]);
}

/** What a run would send, for people: texts as they are, so that every line break is one. */
export function formatDryRun({
  benchmark,
  protocol: { label, sha256, protocol, shots },
  epochs,
  samples,
}: {
  readonly benchmark: string;
  readonly protocol: ResolvedProtocol;
  readonly epochs: number;
  readonly samples: readonly PreviewedSample[];
}): string {
  const { temperature, topP, maxTokens, stop } = protocol.sampling;
  const drawn = shots === undefined ? '' : `, from ${formatCount(shots.length)} texts (${protocol.shots?.sha256})`;
  const beginning = findBeginning(protocol);
  const head = [
    `protocol   ${label} (${sha256}), benchmark ${benchmark}`,
    `form       ${describeForm(protocol)}`,
    `examples   ${describeShots(protocol)}${drawn}`,
    `sampling   temperature ${temperature}, top-p ${topP}, at most ${formatCount(maxTokens)} tokens, samples of each problem: ${epochs}`,
    `stops      ${stop.map((text) => JSON.stringify(text)).join(' ') || 'none but those of the model'}`,
    `grader     ${protocol.grader}`,
  ];
  if (beginning !== undefined) {
    head.push(`note       The text begins with ${beginning} itself: a server that adds one gives the model two.`);
  }
  return [head.join('\n'), ...samples.map(formatSample)].join('\n\n');
}

function formatSample({ id, prompt, promptSha256, seed }: PreviewedSample): string {
  const known = seed === undefined ? 'seed depends on the model (--model)' : `seed ${seed}`;
  const text =
    prompt.kind === 'completion'
      ? prompt.text
      : prompt.messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n');
  return `--- ${id}, prompt ${promptSha256}, ${known}\n${text}`;
}
