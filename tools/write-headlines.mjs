// Writes the README's table of headline figures from benchmarks/results/headlines.json; with --check only says whether the
// two agree. `npm run bench -- headlines --save` makes the file, and the table.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { summarise } from '../benchmarks/support/report.mjs';

const root = join(import.meta.dirname, '..');
const readmeFile = join(root, 'README.md');
const resultFile = join(root, 'benchmarks', 'results', 'headlines.json');
const [begin, end] = ['<!-- headlines: begin -->', '<!-- headlines: end -->'];

/** Three digits that count: 12.3, 0.573, 1,234. */
function formatFigure(value) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const formatRatio = (value) => value.toFixed(value < 10 ? 1 : 0);
const formatMedian = (figures) => formatFigure(summarise(figures).median);

/** How many times as good as the peer, run by run. */
function listRatios({ best, ours }, { figures }) {
  return ours.map((value, run) => (best === 'most' ? value / figures[run] : figures[run] / value));
}

function describeRatios(claim, peer) {
  const { median, least, most } = summarise(listRatios(claim, peer));
  return `${formatRatio(median)} times (${formatRatio(least)} to ${formatRatio(most)})`;
}

function describeTarget({ says, atLeast, atMost, figures }) {
  const { median } = summarise(figures);
  const isMet = atLeast === undefined ? median <= atMost : median >= atLeast;
  return `${says}: ${isMet ? 'met' : 'missed'}, ${formatFigure(median)}`;
}

function describeConditions({ date, commit, machine, node, platform, runs, note }) {
  const said = `${date}, commit ${commit}, ${machine}, Node ${node.replace('v', '')}, ${platform}; medians and, of the ratios, spreads of ${runs} ${runs === 1 ? 'run' : 'runs'} in turn.`;
  return note === undefined ? said : `${said} ${note}`;
}

function listVersions(versions) {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** The report as the text that is kept beside it. */
export function describeHeadlines(report) {
  const { command, versions, claims, leftOut, tookSeconds } = report;
  const lines = [command, describeConditions(report), `versions: ${listVersions(versions)}`, ''];
  for (const claim of claims) {
    const { part, what, unit, ours, peers, target, check } = claim;
    const { least, most } = summarise(ours);
    lines.push(`${part}: ${what}, ${unit}`);
    lines.push(`  ours: ${formatMedian(ours)} (${formatFigure(least)} to ${formatFigure(most)})`);
    for (const peer of peers) {
      const spread = summarise(peer.figures);
      const range = `${formatFigure(spread.least)} to ${formatFigure(spread.most)}`;
      lines.push(`  ${peer.name}: ${formatFigure(spread.median)} (${range}); ${describeRatios(claim, peer)}`);
    }
    if (target !== undefined) lines.push(`  target: ${describeTarget(target)}`);
    if (check !== undefined) lines.push(`  ${check}`);
  }
  for (const { what, reason } of leftOut) lines.push(`left out: ${what}. ${reason}`);
  const took = Object.entries(tookSeconds).map(([part, seconds]) => `${part} ${seconds} s`);
  return [...lines, `took: ${took.join(', ')}`, ''].join('\n');
}

/** The report as the README shows it. */
export function makeHeadlineTable(report) {
  const rows = report.claims.map((claim) => {
    const { what, unit, ours, peers, target } = claim;
    const beside = peers.map(
      (peer) => `${peer.name}: ${formatMedian(peer.figures)}, **${describeRatios(claim, peer)}**`,
    );
    return `| ${what}, ${unit} | ${formatMedian(ours)} | ${beside.join('<br>')} | ${target === undefined ? '' : describeTarget(target)} |`;
  });
  const missing = report.leftOut.map(({ what }) => `${what} could not be had and is left out.`);
  return [
    [describeConditions(report), ...missing].join(' '),
    '',
    '| what | ours | beside it | target |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The README with the report's table between its markers. */
export function placeHeadlineTable(readme, report) {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) {
    throw new Error(
      `The README has no place for the headline table. Put the lines '${begin}' and '${end}' where it belongs.`,
    );
  }
  return `${readme.slice(0, from + begin.length)}\n\n${makeHeadlineTable(report)}\n\n${readme.slice(to)}`;
}

/** Writes headlines.json and .txt, and the README's table. Figures keep four digits. */
export function saveHeadlines(report) {
  const round = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
  // One line for a list of numbers, as the formatter has it.
  const json = JSON.stringify(report, round, 2).replaceAll(
    /\[\s+([-\d.,\s]+?)\s+\]/g,
    (_, list) => `[${list.replaceAll(/\s+/g, ' ')}]`,
  );
  const kept = JSON.parse(json);
  writeFileSync(resultFile, `${json}\n`);
  writeFileSync(resultFile.replace('.json', '.txt'), describeHeadlines(kept));
  writeReadme(kept);
}

function writeReadme(report) {
  writeFileSync(readmeFile, placeHeadlineTable(readFileSync(readmeFile, 'utf8'), report));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = JSON.parse(readFileSync(resultFile, 'utf8'));
  const readme = readFileSync(readmeFile, 'utf8');
  if (placeHeadlineTable(readme, report) === readme) console.log('The README has the table of headlines.json.');
  else if (!process.argv.includes('--check')) writeReadme(report);
  else {
    console.log(
      "The README's headline table differs from benchmarks/results/headlines.json. Run `node tools/write-headlines.mjs`.",
    );
    process.exitCode = 1;
  }
}
