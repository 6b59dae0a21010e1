/** LaTeX commands that only set space. */
export const spacingCommands: ReadonlySet<string> = new Set([
  'quad',
  'qquad',
  'enspace',
  'thinspace',
  'space',
  'hfill',
]);

/** Commands that change size or style and nothing else. */
export const droppedCommands: ReadonlySet<string> = new Set([
  ...['left', 'right', 'middle', 'big', 'Big', 'bigg', 'Bigg', 'bigl', 'bigr', 'Bigl', 'Bigr', 'biggl', 'biggr'],
  ...['Biggl', 'Biggr', 'displaystyle', 'textstyle', 'scriptstyle', 'limits', 'nolimits', 'boldmath', 'strut'],
  ...['large', 'Large', 'LARGE', 'huge', 'Huge', 'small', 'normalsize'],
]);

/** Commands whose argument is words in upright type. */
export const textCommands: ReadonlySet<string> = new Set([
  ...['text', 'mbox', 'textrm', 'textnormal', 'mathrm', 'textup', 'textbf', 'textit', 'emph', 'textsf', 'texttt'],
]);

/** Two names for one symbol. */
export const commandSynonyms: ReadonlyMap<string, string> = new Map([
  ['leq', '\\le'],
  ['leqslant', '\\le'],
  ['geq', '\\ge'],
  ['geqslant', '\\ge'],
  ['neq', '\\ne'],
  ['lt', '<'],
  ['gt', '>'],
  ['lbrace', '\\{'],
  ['rbrace', '\\}'],
  ['lbrack', '['],
  ['rbrack', ']'],
  ['vert', '|'],
  ['lvert', '|'],
  ['rvert', '|'],
  ['rightarrow', '\\to'],
  ['dots', '\\ldots'],
  ['cdots', '\\ldots'],
  ['dotsc', '\\ldots'],
  ['dotsb', '\\ldots'],
  ['degree', '^{\\circ}'],
  ['varnothing', '\\emptyset'],
  // One letter in two shapes: nobody uses both.
  ['varphi', '\\phi'],
  ['varepsilon', '\\epsilon'],
  ['vartheta', '\\theta'],
  ['varrho', '\\rho'],
  ['colon', ':'],
  ['leqq', '\\le'],
  ['geqq', '\\ge'],
  ['bigcup', '\\cup'],
  ['bigcap', '\\cap'],
  ['smallsetminus', '\\setminus'],
  ['backslash', '\\setminus'],
  ['infin', '\\infty'],
]);

/** Names that computer algebra prints for what LaTeX has commands for. */
export const programSpellings: ReadonlyMap<string, string> = new Map([
  ['oo', '\\infty'],
  ['Pi', '\\pi'],
]);

/** Characters that stand for a LaTeX spelling. */
export const unicodeSynonyms: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['–', '-'],
  ['⁄', '/'],
  ['∕', '/'],
  ['×', '\\times'],
  ['·', '\\cdot'],
  ['⋅', '\\cdot'],
  ['÷', '\\div'],
  ['±', '\\pm'],
  ['π', '\\pi'],
  ['∞', '\\infty'],
  ['≤', '\\le'],
  ['≥', '\\ge'],
  ['≠', '\\ne'],
  ['∪', '\\cup'],
  ['∩', '\\cap'],
  ['∈', '\\in'],
  ['∅', '\\emptyset'],
  ['°', '^{\\circ}'],
  ['…', '\\ldots'],
  ['→', '\\to'],
  ...'½12 ⅓13 ⅔23 ¼14 ¾34 ⅕15 ⅖25 ⅗35 ⅘45 ⅙16 ⅚56 ⅛18 ⅜38 ⅝58 ⅞78'
    .split(' ')
    .map(([sign, top, bottom]): [string, string] => [sign as string, `\\frac{${top}}{${bottom}}`]),
  ['∉', '\\notin'],
  ['⊂', '\\subset'],
  ['∖', '\\setminus'],
  ['∣', '\\mid'],
  ['⩽', '\\le'],
  ['⩾', '\\ge'],
  ['≦', '\\le'],
  ['≧', '\\ge'],
  ['ℝ', '\\mathbb R'],
  ['ℤ', '\\mathbb Z'],
  ['ℕ', '\\mathbb N'],
  ['ℚ', '\\mathbb Q'],
  ['ℂ', '\\mathbb C'],
  ['∧', '\\wedge'],
  ['∨', '\\vee'],
]);

/** Digits of an exponent, by their value, and its minus. */
export const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁻';
