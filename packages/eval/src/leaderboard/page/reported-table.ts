import { html, type Markup } from '@scalequest/core';
import type { BoardTable, ReportedRow } from '../board.ts';
import { formatReported } from './format.ts';
import { type Column, renderTable } from './render-table.ts';

const columns: readonly Column<ReportedRow>[] = [
  {
    name: 'model',
    title: 'Model',
    meaning: 'The model as its source names it',
    first: 'ascending',
    sortBy: ({ model }) => model,
    cell: ({ model }) => html`<bdi class="model">${model}</bdi>`,
    isHeading: true,
  },
  {
    name: 'reported',
    title: 'Reported',
    meaning: 'The value as published, in per cent; not measured here',
    first: 'descending',
    sortBy: ({ percent }) => percent,
    cell: (row) => html`<span class="badge">reported</span> <i>${formatReported(row)} %</i>`,
    isNumeric: true,
  },
  {
    name: 'source',
    title: 'Published in',
    meaning: 'Where the value was published',
    first: 'ascending',
    sortBy: ({ source }) => source,
    cell: ({ source }) => html`${source}`,
  },
  {
    name: 'notes',
    title: 'Notes',
    meaning: 'What is to be known of the value',
    first: 'descending',
    sortBy: ({ notes }) => (notes.length === 0 ? null : notes.join(' ')),
    cell: ({ notes }) => html`${notes.map((note) => html`<small>${note}</small>`)}`,
    isOptional: true,
  },
];

/** A table of its own, so that no sorting puts a value that others published among those that were measured. */
export function renderReportedTable({ benchmark, title, reported }: BoardTable): Markup {
  return renderTable({
    name: `${benchmark}:reported`,
    caption: `${title}, reported by others and not measured here`,
    columns,
    rows: reported,
    rowName: (index) => `reported-${index}`,
  });
}
