import { html, type Markup } from '@scalequest/core';

/** A column of a table: what a cell shows, and what it is sorted by. */
export interface Column<Row> {
  readonly name: string;
  /** The heading. */
  readonly title: string;
  /** What the heading means, in a few words. */
  readonly meaning: string;
  /** The direction that a first sorting takes. */
  readonly first: 'ascending' | 'descending';
  /** Null where the row has no value. */
  readonly sortBy: (row: Row) => number | string | null;
  readonly cell: (row: Row) => Markup;
  /** Numbers stand to the right. */
  readonly isNumeric?: boolean;
  /** Left out where no row has a value. */
  readonly isOptional?: boolean;
  /** The rows come sorted by it. */
  readonly isSorted?: boolean;
  /** The column that says which row it is. */
  readonly isHeading?: boolean;
}

export interface RenderTableOptions<Row> {
  /** Names the table in the address. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What the row of the charts and that of the table share. */
  readonly rowName: (index: number) => string;
}

/** Roles are written out: a phone shows each row as a card, and a browser forgets what such a table was. */
export function renderTable<Row>({ name, caption, columns, rows, rowName }: RenderTableOptions<Row>): Markup {
  const shown = columns.filter(({ isOptional, sortBy }) => !isOptional || rows.some((row) => sortBy(row) !== null));
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table role="table" data-table="${name}">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${shown.map(renderHeading)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row, i) => html`<tr role="row" data-row="${rowName(i)}">${shown.map((column) => renderCell(column, row))}</tr>\n`)}</tbody>
</table>
</div>`;
}

function renderHeading<Row>({ name, title, meaning, first, isNumeric, isSorted }: Column<Row>): Markup {
  const sorted = isSorted ? html` aria-sort="${first}"` : null;
  const numeric = isNumeric ? html` class="number"` : null;
  return html`<th role="columnheader" scope="col" data-column="${name}" data-first="${first}" title="${meaning}"${sorted}${numeric}>${title}</th>`;
}

function renderCell<Row>({ title, sortBy, cell, isNumeric, isHeading }: Column<Row>, row: Row): Markup {
  const numeric = isNumeric ? html` class="number"` : null;
  const attributes = html` data-label="${title}" data-sort="${sortBy(row)}"${numeric}`;
  return isHeading
    ? html`<th role="rowheader" scope="row"${attributes}><div>${cell(row)}</div></th>`
    : html`<td role="cell"${attributes}><div>${cell(row)}</div></td>`;
}
