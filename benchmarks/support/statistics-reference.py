"""Prints the constants that the tests of packages/eval/src/statistics hold, from independent implementations.

    python -m venv /tmp/statistics && /tmp/statistics/bin/pip install scipy==1.17.1 statsmodels==0.15.0
    /tmp/statistics/bin/python benchmarks/support/statistics-reference.py

Nothing here imports our code: every figure is scipy's, statsmodels', or counted out with Python's fractions.
"""

import itertools
import json
from decimal import Decimal, getcontext
from fractions import Fraction
from math import comb, sqrt

import numpy
import scipy
import statsmodels
from scipy import stats
from scipy.optimize import brentq
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

out = {"versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": numpy.__version__}}

# Wilson's interval: statsmodels.stats.proportion.proportion_confint(method="wilson").
out["wilson"] = [
    [k, n, *map(float, proportion_confint(k, n, method="wilson"))]
    for k, n in [(0, 30), (1, 30), (15, 30), (30, 30), (3674, 5000), (455, 500), (1, 1)]
]

# Clustered: the problems' means with one all right and one all wrong added (numpy.var, ddof=1) give the effective number of
# samples, and statsmodels' Wilson interval for it is the result.
def clustered(correct, epochs):
    means = numpy.array([*correct, epochs, 0]) / epochs
    variance = numpy.var(means, ddof=1) / len(correct)
    guarded = means.mean()
    trials = min(len(correct) * epochs, guarded * (1 - guarded) / variance)
    share = sum(correct) / (len(correct) * epochs)
    return [float(x) for x in proportion_confint(share * trials, trials, method="wilson")]


out["clustered"] = [
    {"correct": correct, "epochs": epochs, "interval": clustered(correct, epochs)}
    for correct, epochs in [
        ([4, 3, 0, 2, 4, 1, 4, 4, 0, 3], 4),
        ([8] * 10, 8),
        ([0] * 10, 8),
        ([5], 8),
        ([64], 64),
    ]
]

# The standard error that the clustered interval comes to in large samples: OLS on a constant with cluster-robust covariance
# (statsmodels, cov_type="cluster"), 500 problems of 4 epochs. The counts are c_i = (7 i + i*i) mod 5.
counts = [(7 * i + i * i) % 5 for i in range(500)]
replies = numpy.array([[1] * c + [0] * (4 - c) for c in counts]).ravel()
fit = OLS(replies, numpy.ones(len(replies))).fit(cov_type="cluster", cov_kwds={"groups": numpy.repeat(range(500), 4)})
out["clusterRobust"] = {"mean": float(replies.mean()), "standardError": float(fit.bse[0])}

# McNemar: statsmodels.stats.contingency_tables.mcnemar(exact=True).
out["mcnemar"] = [
    [b, c, float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)]
    for b, c in [(6, 16), (1, 7), (150, 86), (0, 6), (0, 5), (1, 9), (120, 90), (1050, 950), (3, 3)]
]

# Paired permutation over means: scipy.stats.permutation_test(permutation_type="samples"), exact.
def permutation(differences):
    result = stats.permutation_test(
        (numpy.array(differences, dtype=float), numpy.zeros(len(differences))),
        lambda x, y, axis: numpy.sum(x - y, axis=axis),
        vectorized=True,
        permutation_type="samples",
        n_resamples=numpy.inf,
    )
    return float(result.pvalue)


out["permutation"] = [
    [d, permutation(d)]
    for d in [
        [1, 2, 3, -1, 4, 0, 2, 1, -2, 3],
        [4, -4, 3, 1, -1, 2, 2, 0, 1],
        [1, 1, 1, 1, 1, 1],
        [3, -1, 2, -2, 1, 4, 3, -1, 2, 1, -3, 2],
    ]
]

# Holm: statsmodels.stats.multitest.multipletests(method="holm").
pvalues = [0.01, 0.04, 0.03, 0.005, 0.5, 0.0499]
out["holm"] = [pvalues, [float(p) for p in multipletests(pvalues, method="holm")[1]]]

# Pass@k: scipy.stats.hypergeom: 1 - P(no correct one among k drawn of n, c of them correct).
out["passAtK"] = [
    [n, c, k, float(1 - Fraction(comb(n - c, k), comb(n, k))), float(1 - stats.hypergeom.pmf(0, n, c, k))]
    for n, c, k in [(200, 13, 1), (200, 13, 10), (200, 13, 100), (64, 1, 32), (10, 9, 2), (100000, 1, 2)]
]

# maj@k, counted out over all choices in fractions, independent of the closed form.
def maj_at_k(classes, n, k):
    votes = [i for i, (count, _) in enumerate(classes) for _ in range(count)]
    votes += [None] * (n - len(votes))
    total = Fraction(0)
    for chosen in itertools.combinations(votes, k):
        tally = {v: chosen.count(v) for v in set(chosen) if v is not None}
        if tally:
            tied = [v for v, c in tally.items() if c == max(tally.values())]
            total += Fraction(sum(classes[v][1] for v in tied), len(tied))
    return total / comb(n, k)


out["majAtK"] = [
    [classes, n, k, float(maj_at_k(classes, n, k))]
    for classes, n, k in [
        ([(5, 1), (4, 0), (2, 0)], 12, 5),
        ([(3, 1), (3, 0), (3, 0), (1, 0)], 12, 6),
        ([(2, 1), (5, 0)], 10, 3),
    ]
]

# Best of k by reward, and the vote weighted by reward, counted out.
def best_of_k(samples, k):
    total = Fraction(0)
    for chosen in itertools.combinations(samples, k):
        top = max(score for score, _ in chosen)
        tied = [correct for score, correct in chosen if score == top]
        total += Fraction(sum(tied), len(tied))
    return total / comb(len(samples), k)


samples = [(0.9, 1), (0.9, 0), (0.8, 1), (0.4, 0), (0.7, 0), (0.7, 1), (0.1, 1), (0.2, 0)]
out["bestOfK"] = [[k, float(best_of_k(samples, k))] for k in (1, 2, 3, 4, 8)]


def weighted(samples, k):
    total = Fraction(0)
    for chosen in itertools.combinations(samples, k):
        weights = {}
        for weight, answer in chosen:
            if answer is not None:
                weights[answer] = weights.get(answer, 0) + weight
        top = max(weights.values(), default=0)
        tied = [a for a, w in weights.items() if w == top]
        total += Fraction(sum(a == 0 for a in tied), len(tied)) if tied else 0
    return total / comb(len(samples), k)


# (weight in tenths, answer; answer 0 is right)
ballots = [(9, 0), (2, 1), (3, 1), (3, 1), (1, 0), (5, 2), (5, None), (6, 1)]
ballots = [(Fraction(weight, 10), answer) for weight, answer in ballots]
out["weightedMajAtK"] = [[k, float(weighted(ballots, k))] for k in (2, 3, 4, 8)]

# Log-probabilities as scores: 1 / (1 + e^-score) in decimals of 60 digits, whose exponent does not underflow.
getcontext().prec = 60
logits = [(-800, 0), (-801, 1), (-801, 1), (-802, 2), (-799, 1), (-799, 0)]
logistic = [(Fraction(1 / (1 + (-Decimal(score)).exp())), answer) for score, answer in logits]
out["weightedByLogits"] = [[k, float(weighted(logistic, k))] for k in (2, 3, 6)]
out["weightedByZeros"] = [[k, float(weighted([(0, 0), (0, 0), (0, 0), (0, 1)], k))] for k in (2, 4)]

# The paired interval of D. G. Bonett and R. M. Price (2012), from the problems' differences with one +1 and one -1 added:
# numpy.var, and the quantile of scipy.stats.norm.
def paired_interval(differences):
    added = numpy.array([*differences, 1, -1], dtype=float)
    half = stats.norm.ppf(0.975) * sqrt(numpy.var(added) / len(added))
    return [max(-1.0, float(added.mean() - half)), min(1.0, float(added.mean() + half))]


out["pairedInterval"] = [
    paired_interval([1] * gained + [-1] * lost + [0] * same)
    for gained, lost, same in [(0, 0, 30), (7, 1, 13), (4, 0, 26), (0, 9, 0)]
]
out["pairedMeansInterval"] = paired_interval([0.25, 0, 0.5, -0.25, 0, 0.75, 0, 0.25])


# The replies of a problem dealt anew between two runs that have ka and kb of it: the distribution of the correct ones in B is
# scipy.stats.hypergeom, and all ways to deal all problems are counted out.
def dealt_anew(a, ka, b, kb):
    problems = []
    for in_a, in_b in zip(a, b):
        x = numpy.arange(kb + 1)
        chances = stats.hypergeom.pmf(x, ka + kb, in_a + in_b, kb)
        problems.append([(Fraction(int(c), kb) - Fraction(in_a + in_b - int(c), ka), p) for c, p in zip(x, chances) if p > 0])
    seen = abs(sum(Fraction(in_b, kb) - Fraction(in_a, ka) for in_a, in_b in zip(a, b)))
    total = 0.0
    for ways in itertools.product(*problems):
        if abs(sum(difference for difference, _ in ways)) >= seen:
            total += numpy.prod([chance for _, chance in ways])
    return float(total)


out["dealtAnew"] = [
    [a, ka, b, kb, dealt_anew(a, ka, b, kb)]
    for a, ka, b, kb in [
        ([0, 0, 1, 0, 0, 0, 1], 1, [2, 4, 3, 0, 1, 3, 4], 4),
        ([2, 3, 0, 1, 3], 3, [1, 4, 0, 0, 5], 5),
        ([1, 0, 0, 1, 0, 0], 1, [1, 1, 1, 1, 0, 1], 1),
        ([0, 2, 4, 1], 4, [3, 4, 4, 1], 4),
    ]
]

# Signs of differences of means over 3 and 5 replies, in fifteenths: scipy.stats.permutation_test of the whole numbers.
out["unequalEpochsSigns"] = permutation([10, 0, -1, -6, 1, -10, 7, -1])


# Exact power of McNemar's exact test (scipy.stats.binom), and the gap at which it is 80 % (scipy.optimize.brentq). Beside it the
# power at the gap d of Connor's formula (Biometrics 43, 1987): d sqrt(n) = 1.96 sqrt(s) + 0.84 sqrt(s - d^2).
def connor_gap(n, discordance):
    z95, z80 = stats.norm.ppf(0.975), stats.norm.ppf(0.8)
    f = lambda gap: gap * sqrt(n) - z95 * sqrt(discordance) - z80 * sqrt(max(0, discordance - gap**2))
    return brentq(f, 0, discordance) if f(discordance) >= 0 else None


def exact_power(n, discordance, gap):
    share = (discordance + gap) / 2 / discordance
    power = 0.0
    for m in range(n + 1):
        chance = stats.binom.pmf(m, n, discordance)
        if chance < 1e-14:
            continue
        x = numpy.arange(m + 1)
        rejected = numpy.minimum(1, 2 * stats.binom.cdf(numpy.minimum(x, m - x), m, 0.5)) < 0.05
        power += chance * float(stats.binom.pmf(x, m, share)[rejected].sum())
    return power


def exact_gap(n, discordance):
    f = lambda gap: exact_power(n, discordance, gap) - 0.8
    return brentq(f, 0, discordance, xtol=1e-12) if f(discordance) >= 0 else None


out["smallestGap"] = []
for n, discordance in [(500, 0.15), (5000, 0.1), (1319, 0.08), (30, 0.5), (30, 0.1), (10, 0.9), (12_000, 0.5), (30, 2 / 30), (30, 6 / 30)]:
    connor = connor_gap(n, discordance)
    at_connor = None if connor is None else exact_power(n, discordance, connor)
    out["smallestGap"].append([n, discordance, exact_gap(n, discordance), connor, at_connor])

# The gap between two unpaired runs of n problems each, from the share p = (c + 2) / (n + 4) towards one half:
# d sqrt(n) = 1.96 sqrt(2 m (1 - m)) + 0.84 sqrt(p (1 - p) + q (1 - q)), q the other share and m the mean of both.
# With the power of the test of two shares with a pooled variance, summed over scipy.stats.binom.
def unpaired_gap(correct, n):
    p = (correct + 2) / (n + 4)
    sign, most = (-1, p) if p >= 0.5 else (1, 1 - p)
    z95, z80 = stats.norm.ppf(0.975), stats.norm.ppf(0.8)

    def f(gap):
        q = p + sign * gap
        m = (p + q) / 2
        return gap * sqrt(n) - z95 * sqrt(2 * m * (1 - m)) - z80 * sqrt(p * (1 - p) + q * (1 - q))

    return float(brentq(f, 0, most)), sign


def unpaired_power(n, p, q):
    x = numpy.arange(n + 1)
    pooled = (x[:, None] + x[None, :]) / (2 * n)
    error = numpy.sqrt(2 * pooled * (1 - pooled) / n)
    distance = numpy.abs(x[:, None] - x[None, :]) / n
    rejected = (error > 0) & (distance > stats.norm.ppf(0.975) * error)
    return float(stats.binom.pmf(x, n, p) @ rejected @ stats.binom.pmf(x, n, q))


out["unpairedGap"] = []
for correct, n in [(30, 30), (27, 30), (15, 30), (0, 30), (20, 20), (100, 100), (90, 100), (50, 100), (495, 500), (381, 500)]:
    gap, sign = unpaired_gap(correct, n)
    guarded, share = (correct + 2) / (n + 4), correct / n
    powers = [unpaired_power(n, p, p + sign * gap) for p in (guarded, share)]
    out["unpairedGap"].append([correct, n, gap, *powers])

# Smallest gap of means: d sqrt(n) = 1.96 sqrt(v + d^2) + 0.84 sqrt(v), by scipy.optimize.brentq, v of numpy.var(ddof=1).
means = [0.25, 0, 0.5, -0.25, 0, 0.75, 0, 0.25, 0.5]
spread = numpy.var(means, ddof=1)
z95, z80 = stats.norm.ppf(0.975), stats.norm.ppf(0.8)
out["smallestMeanGap"] = brentq(
    lambda gap: gap * sqrt(len(means)) - z95 * sqrt(spread + gap**2) - z80 * sqrt(spread), 0, 1, xtol=1e-14
)
out["normal"] = [float(stats.norm.ppf(0.975)), float(stats.norm.ppf(0.8))]

for name, value in out.items():
    print(f"{name}: {json.dumps(value)}")
