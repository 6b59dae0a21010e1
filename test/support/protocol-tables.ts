import { describeForm, describeShots, listProtocols, protocolSources, templates } from '@scalequest/eval';

/** The tables of docs/protocols.md, made from what ships. */
export function makeProtocolTables(): readonly string[] {
  const rows = listProtocols().map(({ label, sha256, protocol, benchmarks }) => {
    const { temperature, maxTokens, stop } = protocol.sampling;
    return [
      code(label),
      code(sha256.slice(0, 16)),
      benchmarks === undefined ? 'all' : benchmarks.join(', ') || 'where it is named',
      describeForm(protocol),
      describeShots(protocol),
      stop.map(code).join(' ') || 'none',
      `${temperature}`,
      maxTokens.toLocaleString('en-US'),
      `${protocol.epochs ?? 1}`,
      protocol.grader,
    ];
  });
  const sources = [...protocolSources].map(([label, { source, licence }]) => [code(label), source, licence]);
  const shipped = [...templates.values()].map(({ template, source, licence, inferred }) => [
    code(template.name),
    template.stop.map(code).join(' ') || 'none',
    template.bos,
    source,
    licence,
    inferred ?? 'no: as its source has it',
  ]);
  return [
    toMarkdown(
      ['Protocol', 'SHA-256', 'Benchmarks', 'Form', 'Shots', 'Stops', 'Temperature', 'Max tokens', 'Samples', 'Grader'],
      rows,
    ),
    toMarkdown(['Protocol', 'Source', 'Licence'], sources),
    toMarkdown(['Template', 'Stops', 'BOS written by', 'Source', 'Licence', 'Inferred'], shipped),
  ];
}

function code(text: string): string {
  return `\`${text.replaceAll('\n', '\\n')}\``;
}

function toMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
