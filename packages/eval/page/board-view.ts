// Sorts and filters what the page already holds; the state is in the address behind `#`, so that a link shows the same.
type Direction = 'ascending' | 'descending';

interface Sorting {
  readonly column: string;
  readonly direction: Direction;
}

const find = <E extends Element>(selector: string): E => {
  const found = document.querySelector<E>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
};

const controls = find<HTMLFormElement>('#controls');
const search = find<HTMLInputElement>('#search');
const benchmark = find<HTMLSelectElement>('#benchmark');
const kinds = [...controls.querySelectorAll<HTMLInputElement>('[name=kind]')];
const sections = [...document.querySelectorAll<HTMLElement>('section[data-benchmark]')];
const tables = [...document.querySelectorAll<HTMLTableElement>('table[data-table]')];
/** The rows of the charts, by the rows of the tables that they show. */
const drawn = new Map(
  sections.flatMap((section) =>
    [...section.querySelectorAll<HTMLElement>('tbody tr')].map(
      (row) => [row, section.querySelectorAll<HTMLElement>(`figure [data-row="${row.dataset.row}"]`)] as const,
    ),
  ),
);
const total = document.querySelectorAll('tbody tr').length;

/** As the page was written: the order of its rows and what they are sorted by. */
const written = new Map(
  tables.map((table) => [
    table,
    {
      rows: [...(table.tBodies[0]?.rows ?? [])],
      headers: [...table.querySelectorAll<HTMLTableCellElement>('thead th')],
      sorting: [...table.querySelectorAll('thead th')].map((header) => header.getAttribute('aria-sort')),
    },
  ]),
);
const sortings = new Map<HTMLTableElement, Sorting>();

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
/** What a row is found by: the benchmark, all that stands in the row, and the whole hash of its protocol. */
const texts = new Map(
  sections.flatMap((section) =>
    [...section.querySelectorAll('tbody tr')].map((row) => {
      const words = [section.dataset.benchmark, section.querySelector('h2')?.textContent, row.textContent];
      return [row, plain([...words, row.querySelector('code')?.title].join(' '))] as const;
    }),
  ),
);

/** A value that is not known stands last whichever way the rest is sorted. */
function compare(a: string | undefined, b: string | undefined, direction: Direction): number {
  if (!a || !b) return Number(!a) - Number(!b);
  const sign = direction === 'ascending' ? 1 : -1;
  const [x, y] = [Number(a), Number(b)];
  return sign * (Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, 'en', { numeric: true }) : x - y);
}

function sortTable(table: HTMLTableElement): void {
  const { rows, headers, sorting: first } = written.get(table) ?? { rows: [], headers: [], sorting: [] };
  const sorting = sortings.get(table);
  const index = headers.findIndex((header) => header.dataset.column === sorting?.column);
  headers.forEach((header, i) => {
    const state = sorting === undefined ? first[i] : i === index ? sorting.direction : null;
    if (state) header.setAttribute('aria-sort', state);
    else header.removeAttribute('aria-sort');
  });
  const sortKey = (row: HTMLTableRowElement): string | undefined => row.cells[index]?.dataset.sort;
  const sorted =
    sorting === undefined ? rows : rows.toSorted((a, b) => compare(sortKey(a), sortKey(b), sorting.direction));
  const present = table.tBodies[0]?.rows;
  if (sorted.some((row, i) => row !== present?.[i])) table.tBodies[0]?.append(...sorted);
}

const chosenKind = (): string => kinds.find(({ checked }) => checked)?.value ?? 'all';

function filterRows(): number {
  const words = plain(search.value).split(' ');
  let shown = 0;
  for (const section of sections) {
    const isChosen = benchmark.value === '' || section.dataset.benchmark === benchmark.value;
    let inSection = 0;
    for (const part of section.querySelectorAll<HTMLElement>('[data-kind]')) {
      const isKind = chosenKind() === 'all' || part.dataset.kind === chosenKind();
      let inPart = 0;
      for (const row of part.querySelectorAll<HTMLTableRowElement>('tbody tr')) {
        row.hidden = !isChosen || !isKind || !words.every((word) => texts.get(row)?.includes(word));
        if (!row.hidden) inPart++;
        for (const strip of drawn.get(row) ?? []) strip.hidden = row.hidden;
      }
      part.hidden = inPart === 0;
      inSection += inPart;
    }
    for (const chart of section.querySelectorAll<HTMLElement>('figure'))
      chart.hidden = chart.querySelector('[data-row]:not([hidden])') === null;
    section.hidden = inSection === 0;
    const link = document.querySelector(`nav a[href="#${section.id}"]`)?.parentElement;
    if (link) link.hidden = section.hidden;
    shown += inSection;
  }
  return shown;
}

/** Shows the state of the controls. */
function show(fault = ''): void {
  const shown = filterRows();
  const all = `${total} row${total === 1 ? '' : 's'}`;
  const count = shown === total ? `All ${all}` : `${shown} of ${all}`;
  find('#count').textContent = fault === '' ? count : `${count}. ${fault}`;
  find<HTMLElement>('#nothing').hidden = shown > 0;
}

function writeAddress(): void {
  const fields = new URLSearchParams();
  if (search.value !== '') fields.set('text', search.value);
  if (benchmark.value !== '') fields.set('benchmark', benchmark.value);
  if (chosenKind() !== 'all') fields.set('kind', chosenKind());
  for (const [table, { column, direction }] of sortings)
    fields.append('sort', `${table.dataset.table}:${column}:${direction}`);
  const hash = fields.toString();
  history.replaceState(null, '', hash === '' ? location.pathname + location.search : `#${hash}`);
}

/** True where the page has that table and column. */
function readSorting(text: string): boolean {
  const [, name, column, direction] = /^(.*):([^:]*):(ascending|descending)$/s.exec(text) ?? [];
  const table = tables.find(({ dataset }) => dataset.table === name);
  const header = table && written.get(table)?.headers.find(({ dataset }) => dataset.column === column);
  if (table === undefined || column === undefined || header === undefined) return false;
  sortings.set(table, { column, direction: direction as Direction });
  return true;
}

/** Takes the state from the address. A link to a place in the page is no state, and leaves what is shown. */
function readAddress(): void {
  if (location.hash.length > 1 && !location.hash.includes('=')) {
    show();
    return;
  }
  const fields = new URLSearchParams(location.hash.slice(1));
  search.value = fields.get('text') ?? '';
  benchmark.value = fields.get('benchmark') ?? '';
  const isBenchmarkKnown = benchmark.selectedIndex >= 0;
  if (!isBenchmarkKnown) benchmark.value = '';
  const kind = kinds.find(({ value }) => value === (fields.get('kind') ?? 'all'));
  for (const box of kinds) box.checked = box === (kind ?? kinds[0]);
  sortings.clear();
  const areSortingsKnown = fields.getAll('sort').map(readSorting).every(Boolean);
  for (const table of tables) sortTable(table);
  const isKnown = isBenchmarkKnown && kind !== undefined && areSortingsKnown;
  show(isKnown ? '' : 'The address asks for something that this page does not have; that part is left out.');
}

/** Without scripts a heading is text; here it becomes a button. */
function addSortButton(table: HTMLTableElement, header: HTMLTableCellElement): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...header.childNodes);
  button.addEventListener('click', () => {
    const column = header.dataset.column ?? '';
    const first = header.dataset.first as Direction;
    const opposite = first === 'ascending' ? 'descending' : 'ascending';
    const direction = header.getAttribute('aria-sort') === first ? opposite : first;
    sortings.set(table, { column, direction });
    sortTable(table);
    writeAddress();
    find('#said').textContent = `Sorted by ${header.title || (button.textContent ?? '')}, ${direction}.`;
  });
  header.append(button);
}

for (const [table, { headers }] of written) for (const header of headers) addSortButton(table, header);
controls.addEventListener('input', () => {
  show();
  writeAddress();
});
controls.addEventListener('submit', (event) => event.preventDefault());
// The fields are empty only after this event.
controls.addEventListener('reset', () =>
  setTimeout(() => {
    sortings.clear();
    for (const table of tables) sortTable(table);
    show();
    writeAddress();
  }),
);
window.addEventListener('hashchange', readAddress);
controls.hidden = false;
document.documentElement.classList.add('live');
readAddress();
