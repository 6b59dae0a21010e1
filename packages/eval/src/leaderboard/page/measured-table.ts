import { html, type Markup } from '@scalequest/core';
import type { BoardTable, MeasuredRow } from '../board.ts';
import { limits } from '../letters.ts';
import { formatAmount, formatCount, formatPoints, formatShare, unknown } from './format.ts';
import { listGraders } from './list-graders.ts';
import { listSourceLabels } from './list-source-labels.ts';
import { type Column, renderTable } from './render-table.ts';

const columns: readonly Column<MeasuredRow>[] = [
  {
    name: 'places',
    title: 'Places',
    meaning: 'The places that the row may have, and its groups: rows that share a letter cannot be told apart',
    first: 'ascending',
    sortBy: ({ rank }) => rank.best + rank.worst / 1e6,
    cell: ({ rank, groups }) =>
      html`${rank.best === rank.worst ? rank.best : `${rank.best} – ${rank.worst}`}<small>group ${groups.join(' ')}</small>`,
  },
  {
    name: 'model',
    title: 'Model',
    meaning: 'The model, and where its replies come from',
    first: 'ascending',
    sortBy: ({ model }) => model,
    cell: (row) => html`<bdi class="model">${row.model}</bdi>${describeReplies(row)}`,
    isHeading: true,
  },
  {
    name: 'score',
    title: 'Score',
    meaning: 'Correct samples in per cent of all, with the 95 % interval',
    first: 'descending',
    sortBy: ({ score }) => score,
    cell: describeScore,
    isNumeric: true,
    isSorted: true,
  },
  {
    name: 'spread',
    title: 'Grader spread',
    meaning: 'How far the graders of the same replies lie apart, in points',
    first: 'descending',
    // Rounded: the same number of samples may be another difference in its last bit, and rows alike keep their order.
    sortBy: ({ spread }) => Number((spread.max - spread.min).toFixed(9)),
    cell: describeGraders,
    isNumeric: true,
  },
  {
    name: 'source-label',
    title: 'Source label',
    meaning: "The score by the label that came with recorded replies, which is the source's own judgement",
    first: 'descending',
    sortBy: (row) => listSourceLabels(row)[0]?.[1].accuracy ?? null,
    cell: describeSourceLabels,
    isNumeric: true,
    isOptional: true,
  },
  rateColumn('truncated', 'Truncated', 'Replies that were cut at their token limit'),
  rateColumn('no-answer', 'No answer', 'Replies in which the grader finds no answer'),
  rateColumn('undecided', 'Undecided', 'Samples that no check could decide'),
  rateColumn('error', 'Error', 'Samples without a reply'),
  {
    name: 'protocol',
    title: 'Protocol',
    meaning: 'How the model was asked: the label of the protocol and the beginning of its SHA-256',
    first: 'ascending',
    sortBy: ({ protocol }) => protocol?.label ?? null,
    cell: ({ protocol }) =>
      protocol === null
        ? html`<span class="soft">not said</span>`
        : html`${protocol.label}<small><code title="${protocol.sha256}">${protocol.sha256.slice(0, 10)}</code></small>`,
  },
  {
    name: 'tokens',
    title: 'Tokens',
    meaning: 'Tokens of the replies, and of the prompts',
    first: 'descending',
    sortBy: ({ tokens }) => tokens?.completion ?? null,
    cell: ({ tokens }) =>
      tokens === null
        ? unknown
        : html`${formatCount(tokens.completion)}<small>${formatCount(tokens.prompt)} in prompts</small>`,
    isNumeric: true,
    isOptional: true,
  },
  {
    name: 'cost',
    title: 'Cost',
    meaning: 'In the currency of the prices of a million tokens that stand below it',
    first: 'ascending',
    sortBy: ({ cost }) => cost?.total ?? null,
    cell: ({ cost }) =>
      cost === null
        ? unknown
        : html`${formatAmount(cost.total)}<small>${formatAmount(cost.priceIn)} in, ${formatAmount(cost.priceOut)} out</small>`,
    isNumeric: true,
    isOptional: true,
  },
];

export function renderMeasuredTable({ benchmark, title, measured }: BoardTable): Markup {
  return renderTable({
    name: `${benchmark}:measured`,
    caption: `${title}, measured`,
    columns,
    rows: measured,
    rowName: (index) => `measured-${index}`,
  });
}

function rateColumn(name: keyof MeasuredRow['rates'], title: string, meaning: string): Column<MeasuredRow> {
  return {
    name,
    title,
    meaning: `${meaning}, in per cent of all samples`,
    first: 'descending',
    sortBy: ({ rates }) => rates[name],
    cell: ({ rates, marks }) => {
      const mark = marks.find((marked) => marked === name);
      const badge = mark && html`<small><span class="badge warning">over ${limits[mark] * 100} %</span></small>`;
      return html`${formatShare(rates[name])} %${badge}`;
    },
    isNumeric: true,
  };
}

function describeReplies({ replies, source }: MeasuredRow): Markup {
  if (source === undefined) return html`<small>replies ${replies}</small>`;
  const note = source.note === undefined ? null : html`<p>${source.note}</p>`;
  return html`<details><summary>replies ${replies}, ${source.licence}</summary><p>${source.what}</p>${note}</details>`;
}

function describeScore({ score, interval, correct, samples, epochs, bounds, passAtK }: MeasuredRow): Markup {
  // Without an undecided sample and an error the bounds are the score.
  const boundsText =
    bounds.low < score || bounds.high > score
      ? html`<small>bounds ${formatShare(bounds.low)} – ${formatShare(bounds.high)}</small>`
      : null;
  const passes = Object.entries(passAtK).filter(([k]) => k !== '1');
  return html`<b>${formatShare(score)} %</b><small>${formatShare(interval.low)} – ${formatShare(interval.high)}</small><small>${formatCount(correct)} of ${formatCount(samples)}</small>${epochs > 1 ? html`<small>${formatCount(epochs)} epochs</small>` : null}${boundsText}${passes.map(
    ([k, share]) => html`<small>pass@${k} ${formatShare(share)} %</small>`,
  )}`;
}

function describeGraders(row: MeasuredRow): Markup {
  const graders = listGraders(row);
  if (graders.length < 2) return html`<small>only ${row.grader}</small>`;
  const { min, max } = row.spread;
  const list = graders.map(
    ([label, { accuracy }]) =>
      html`<li><span>${label}${label === row.grader ? ' (the score)' : ''}</span> <span>${formatShare(accuracy)} %</span></li>`,
  );
  return html`<b>${formatPoints(max - min)}</b><small>${formatShare(min)} – ${formatShare(max)}</small><details><summary>${formatCount(graders.length)} graders</summary><ul class="graders">${list}</ul></details>`;
}

function describeSourceLabels(row: MeasuredRow): Markup {
  const [first, ...others] = listSourceLabels(row);
  if (first === undefined) return unknown;
  const [name, { accuracy, correct }] = first;
  const named = name === '' ? null : html`<small>${name}</small>`;
  return html`${formatShare(accuracy)} %<small>${formatCount(correct)} correct</small>${named}${others.map(
    ([other, label]) => html`<small>${other} ${formatShare(label.accuracy)} %</small>`,
  )}`;
}
