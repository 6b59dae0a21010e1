/**
 * How a program's output is held against that of the reference. `equal` unless a task says otherwise:
 * `same-set` in any order and number; `not-none` only whether there is one; `anything` as long as it returns;
 * `zero` may also be 0; `pyramid-surface`, `digit-distance` may also be what another reading of the question gives;
 * `root` must be a root of the polynomial.
 */
export type Oracle =
  | 'equal'
  | 'same-set'
  | 'not-none'
  | 'anything'
  | 'zero'
  | 'pyramid-surface'
  | 'digit-distance'
  | 'root';

interface EvalPlusFacts {
  /** The release of EvalPlus whose rules these are. */
  readonly version: string;
  readonly oracles: Readonly<Record<string, Oracle>>;
  /**
   * A Python expression of `given`, the arguments of one call as JSON has them, for the tasks that want other types.
   * `make_tuples` is in `data/differential_tests.py`.
   */
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * Facts about EvalPlus's tasks (github.com/evalplus/evalplus, Apache-2.0, release 0.3.1): which ones want more than
 * equality (`evalplus/eval/_special_oracle.py`, `evalplus/eval/__init__.py`), and which types JSON has lost
 * (`evalplus/data/mbpp.py`). They hold for MBPP+ v0.1.0 and v0.2.0 and for HumanEval+.
 */
export const evalPlusFacts: EvalPlusFacts = {
  version: 'evalplus 0.3.1',
  oracles: {
    'HumanEval/32': 'root',
    ...forMbpp('same-set', [2, 7, 111, 140, 232, 249, 579, 769]),
    ...forMbpp('not-none', [737, 787, 794]),
    ...forMbpp('anything', [164]),
    ...forMbpp('zero', [295]),
    ...forMbpp('digit-distance', [558]),
    ...forMbpp('pyramid-surface', [581]),
  },
  inputs: {
    ...forMbpp(
      '[tuple(each) for each in given]',
      [2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809],
    ),
    ...forMbpp(
      '[[tuple(item) for item in each] for each in given]',
      [63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780],
    ),
    ...forMbpp('[[tuple(item) for item in given[0]], given[1]]', [75, 413, 444, 753]),
    ...forMbpp('[given[0], tuple(given[1])]', [106, 750]),
    // An empty set has become an empty list, and comes back as an empty dictionary.
    ...forMbpp('[[set(item) if isinstance(item, list) and item else {} for item in given[0]]]', [115]),
    ...forMbpp('[float(given[0]), complex(given[1])]', [124]),
    ...forMbpp('[tuple(given[0]), given[1]]', [250, 405, 446, 617, 720, 763, 808]),
    ...forMbpp('[complex(given[0])]', [252]),
    ...forMbpp('[tuple(tuple(item) for item in each) for each in given]', [259, 401, 445]),
    ...forMbpp('[tuple(tuple(item) if isinstance(item, list) else item for item in given[0])]', [278]),
    ...forMbpp('[tuple(given[0]), given[1], given[2]]', [307]),
    ...forMbpp('make_tuples(given)', [580, 615, 791]),
    ...forMbpp('[{key: tuple(value) for key, value in given[0].items()}, *given[1:]]', [722]),
  },
};

function forMbpp<Value>(value: Value, tasks: readonly number[]): Record<string, Value> {
  return Object.fromEntries(tasks.map((task) => [`Mbpp/${task}`, value]));
}
