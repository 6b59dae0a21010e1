const names = { arcsin: 'asin', arccos: 'acos', arctan: 'atan', ln: 'log', abs: 'Abs', ceil: 'ceiling' };

/** A tree of the verifier as Python for SymPy, every operation in brackets; null for what is not translated. */
export function printSympy(tree) {
  const call = (name, ...parts) => {
    const texts = parts.map(printSympy);
    return texts.includes(null) ? null : `${name}(${texts.join(', ')})`;
  };
  const join = (parts, sign) => {
    const texts = parts.map(printSympy);
    return texts.includes(null) ? null : `(${texts.join(sign)})`;
  };
  switch (tree.kind) {
    case 'rational':
      return `Rational(${tree.value.numerator}, ${tree.value.denominator})`;
    case 'symbol':
      return printSymbol(tree.name);
    case 'constant':
      return { pi: 'pi', e: 'E', i: 'I' }[tree.name];
    case 'sum':
      return join(tree.terms, ' + ');
    case 'product':
      return join(tree.factors, '*');
    case 'quotient':
      return join([tree.numerator, tree.denominator], '/');
    case 'power':
      return join([tree.base, tree.exponent], '**');
    case 'negation':
      return call('-', tree.operand);
    case 'factorial':
      return call('factorial', tree.operand);
    case 'binomial':
      return call('binomial', tree.top, tree.bottom);
    case 'logarithm':
      return call('log', tree.argument, tree.base);
    case 'function':
      return call(names[tree.name] ?? tree.name, tree.argument);
    case 'root': {
      const radicand = printSympy(tree.radicand);
      return radicand === null ? null : `root_of(${radicand}, ${tree.index})`;
    }
    default:
      return null;
  }
}

/** `x_{12}` is `v_x_12`: no name of ours meets one of SymPy's. */
export function printSymbol(name) {
  return `v_${name.replaceAll(/[\\{}]/g, '').replaceAll("'", '_prime')}`;
}
