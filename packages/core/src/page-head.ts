import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html, type Markup, trusted } from './markup.ts';

const pageFolder = join(import.meta.dirname, '..', 'page');

export interface PageHeadOptions {
  readonly title: string;
  readonly description?: string;
  /** Style sheet of the page itself. It comes after what all our pages have in common. */
  readonly styleFile: string;
  /** Width of the screen up to which each row of a table is a card. @defaultValue '60rem' */
  readonly tableCards?: string;
  /** Address of the icon, as markup. @defaultValue none */
  readonly icon?: string;
  /** Sources of the scripts that stand in the page. No other one runs. */
  readonly scripts?: readonly string[];
}

/**
 * The head of a page of ours, which needs no server and no network: its policy lets nothing run, and nothing style it, but what
 * stands in it.
 *
 * @example
 * html`<!doctype html>\n<html lang="en">\n${renderPageHead({ title: 'Report', styleFile })}\n<body>…`
 */
export function renderPageHead({
  title,
  description,
  styleFile,
  tableCards = '60rem',
  icon = 'data:,',
  scripts = [],
}: PageHeadOptions): Markup {
  const style = readStyle(styleFile, tableCards);
  const policy = [
    "default-src 'none'",
    ...(scripts.length === 0 ? [] : [`script-src ${scripts.map(hashSource).join(' ')}`]),
    `style-src ${hashSource(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${description === undefined ? null : html`<meta name="description" content="${description}">\n`}<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<title>${title} - ScaleQuest</title>
<link rel="icon" href="${trusted(icon)}">
<style>${trusted(style)}</style>
</head>`;
}

function readStyle(file: string, tableCards: string): string {
  const [base, cards] = ['base.css', 'table-cards.css'].map((name) => readFileSync(join(pageFolder, name), 'utf8'));
  return `${base}\n@media screen and (max-width: ${tableCards}) {\n${cards}}\n\n${readFileSync(file, 'utf8')}`;
}

function hashSource(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}
