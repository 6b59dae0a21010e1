/**
 * The words and letters that Qwen2.5-Math's toolkit removes as units, in the order in which it tries them where that
 * matters: several words before the words they are made of. Letters are among them, so that the variables a, c, d, g,
 * h, l, m, s and t disappear too. A point stands for any character, as in a regular expression.
 */
const several = [
  ...['m sqaure', ' m east', 'sq m', 'q .', 'profit of rs', 'p . m', 'no change', 'a . m', 'π r 2', 'sq . m', '° f'],
  ...['cu cm', 'v â € ™', 'sq inch', '∏ cm ³', 'cu . m', 'cm 2', 'rs .', 'pi sq m'],
  ...['a .', 'b .', 'c .', 'd .', 'e .', 'f .', 'g .', 'h .', 's .'],
];
const measures = [
  ...['degree', 'deg', 'mph', 'kmph', 'kmh', 'ft', 'feet', 'mile', 'inch', 'inches', 'yard', 'metre', 'meter', 'mtr'],
  ...['km', 'm', 'cm', 'mm', 'dm', 'gm', 'kg', 'g', 'lb', 'lt', 'l', 'liter', 'litre', 'gal', 'gallon', 'cc', 'ohm'],
  ...['sq', 'square', 'cubic', 'cube', 'acre', 'hectare', 'are', 'yr', 'year', 'month', 'day', 'hr', 'hour', 'h'],
  ...['minute', 'min', 'minw', 'second', 'sec', 's', 'am', 'pm', 'noon', 't', 'mt', 'rs', 'rd', 'rupee', 'mp'],
];
const things = [
  ...['east', 'west', 'way', 'monkey', 'prime', 'ratio', 'tile', 'soldier', 'men', 'man', 'women', 'woman', 'pie'],
  ...['mark', 'toy', 'coin', 'apple', 'number', 'unit', 'rounds', 'Surface', 'gain', 'loss', 'profit', 'excess'],
  ...['rise', 'more', 'less', 'increase', 'decrease', 'pure', 'percent', 'per', 'by', 'st', 'th'],
];
const letters = ['o', 'ab', 'bc', 'a', 'c', 'd'];

const singular = [...several, ...measures, ...things, ...letters];

export const qwenUnits: readonly string[] = [...singular, ...singular.map((unit) => `${unit}s`)];
