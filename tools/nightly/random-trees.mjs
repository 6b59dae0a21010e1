const whole = (value) => ({ kind: 'rational', value: { numerator: BigInt(value), denominator: 1n } });
const symbol = (name) => ({ kind: 'symbol', name });
const power = (base, exponent) => ({ kind: 'power', base, exponent });
const product = (...factors) => ({ kind: 'product', factors });
const sum = (...terms) => ({ kind: 'sum', terms });
const negation = (operand) => ({ kind: 'negation', operand });
const quotient = (numerator, denominator) => ({ kind: 'quotient', numerator, denominator });
const call = (name, argument) => ({ kind: 'function', name, argument });

/** Expressions as answers have them: small numbers, two variables, radicals, a few functions. */
export function makeTree(draw, depth) {
  const small = () => whole(1 + Math.floor(draw() * 9));
  const part = () => makeTree(draw, depth - 1);
  const leaves = [small, small, () => symbol('x'), () => symbol('y'), () => ({ kind: 'constant', name: 'pi' })];
  const nodes = [
    () => sum(part(), part()),
    () => sum(part(), negation(part())),
    () => product(part(), part()),
    () => quotient(part(), part()),
    () => power(part(), whole(2 + Math.floor(draw() * 2))),
    () => ({ kind: 'root', index: draw() < 0.8 ? 2 : 3, radicand: part() }),
    () => call(pick(['sin', 'cos', 'tan', 'ln', 'exp', 'arctan', 'abs'], draw), part()),
    () => ({ kind: 'logarithm', base: whole(2 + Math.floor(draw() * 9)), argument: part() }),
  ];
  return depth <= 0 || draw() < 0.15 ? pick(leaves, draw)() : pick(nodes, draw)();
}

function pick(items, draw) {
  return items[Math.floor(draw() * items.length)];
}

/** Identities, written from left to right. */
const rewrites = [
  (part) => part.kind === 'sum' && sum(...part.terms.toReversed()),
  (part) => part.kind === 'product' && product(...part.factors.toReversed()),
  (part) => part.kind === 'quotient' && product(part.numerator, power(part.denominator, whole(-1))),
  (part) =>
    part.kind === 'quotient' && quotient(product(part.numerator, whole(3)), product(whole(3), part.denominator)),
  (part) => part.kind === 'power' && product(part.base, power(part.base, sum(part.exponent, whole(-1)))),
  (part) => part.kind === 'root' && part.index === 2 && power(part.radicand, quotient(whole(1), whole(2))),
  (part) =>
    part.kind === 'product' &&
    part.factors[0].kind === 'sum' &&
    sum(...part.factors[0].terms.map((term) => product(term, ...part.factors.slice(1)))),
  (part) => part.name === 'tan' && quotient(call('sin', part.argument), call('cos', part.argument)),
  (part) =>
    part.name === 'sin' &&
    call('cos', sum(quotient({ kind: 'constant', name: 'pi' }, whole(2)), negation(part.argument))),
  (part) => part.name === 'exp' && power({ kind: 'constant', name: 'e' }, part.argument),
  (part) => part.kind === 'logarithm' && quotient(call('ln', part.argument), call('ln', part.base)),
  (part) => part.kind === 'negation' && product(whole(-1), part.operand),
  (part) => sum(part, whole(1), whole(-1)),
];

/** The same thing, written in another way here and there. */
export function rewriteTree(tree, draw) {
  const inner = mapParts(tree, (part) => rewriteTree(part, draw));
  const rewritten = draw() < 0.5 ? pick(rewrites, draw)(inner) : false;
  return rewritten === false ? inner : rewritten;
}

/** One number or letter of the tree becomes another. */
export function alterTree(tree, draw) {
  if (tree.kind === 'rational') return whole(tree.value.numerator + 1n);
  if (tree.kind === 'symbol') return symbol(tree.name === 'x' ? 'y' : 'x');
  const parts = [];
  mapParts(tree, (part) => parts.push(part) && part);
  if (parts.length === 0) return sum(tree, whole(1));
  const chosen = pick(parts, draw);
  return mapParts(tree, (part) => (part === chosen ? alterTree(part, draw) : part));
}

function mapParts(tree, change) {
  const entries = Object.entries(tree).map(([key, value]) => {
    if (Array.isArray(value)) return [key, value.map(change)];
    return [key, value?.kind === undefined ? value : change(value)];
  });
  return Object.fromEntries(entries);
}
