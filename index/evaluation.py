"""
How well questions are answered: the usual measures of information retrieval, with intervals.

Sources: Manning, Raghavan, Schütze, "Introduction to Information Retrieval", ch. 8 (MRR, nDCG);
Efron, Tibshirani, "An Introduction to the Bootstrap" (percentile interval, paired bootstrap);
Guo et al., "On Calibration of Modern Neural Networks", ICML 2017 (expected calibration error).

But: nothing here reads a file or asks a question; see ``benchmarks/`` and ``danhoi evaluate``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BOOTSTRAP_ROUNDS = 1000
_SLOW_ROUNDS = 200  # where a round compares every pair of questions or sorts them
_SEED = 20260718


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean over *n* questions with the 95 % bootstrap interval; ``nan`` when n is 0."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """Return mean, interval and number: ``0.912 (0.871–0.953, n=157)``."""
        if self.n == 0:
            return "– (n=0)"
        return f"{self.mean:.3f} ({self.low:.3f}–{self.high:.3f}, n={self.n})"


def hit_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """
    Return 1.0 when one of the first *k* retrieved keys is relevant, else 0.0.

    >>> hit_at(2, ["a", "b", "c"], {"b"}), hit_at(1, ["a", "b", "c"], {"b"})
    (1.0, 0.0)
    """
    return float(any(key in relevant for key in ranking[:k]))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """
    Return 1 / rank of the first relevant key among the first *k*, else 0.0.

    >>> reciprocal_rank(["a", "b"], {"b"})
    0.5
    """
    for rank, key in enumerate(ranking[:k], start=1):
        if key in relevant:
            return 1.0 / rank
    return 0.0


def ndcg(ranking: Sequence[str], gains: dict[str, float], k: int = 10) -> float:
    """
    Return the normalised discounted cumulative gain of the first *k*, 0..1; 0.0 without gains.

    >>> ndcg(["x", "a"], {"a": 1.0}, 10) == 1 / math.log2(3)
    True
    """
    ideal = sorted(gains.values(), reverse=True)[:k]
    best = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(ideal, start=1))
    got = sum(gains.get(key, 0.0) / math.log2(rank + 1) for rank, key in enumerate(ranking[:k], start=1))
    return got / best if best else 0.0


def measure(values: Sequence[float], weights: Sequence[float] | None = None) -> Measured:
    """
    Return the (weighted) mean of *values* with its 95 % percentile bootstrap interval.

    The resampling is seeded, so that the same run gives the same interval.
    """
    n = len(values)
    if n == 0:
        return Measured(math.nan, math.nan, math.nan, 0)
    x = np.asarray(values, dtype=np.float64)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    picks = np.random.default_rng(_SEED).integers(0, n, size=(BOOTSTRAP_ROUNDS, n))
    means = (x[picks] * w[picks]).sum(1) / np.maximum(w[picks].sum(1), 1e-12)
    low, high = np.percentile(means, [2.5, 97.5])
    return Measured(float((x * w).sum() / max(w.sum(), 1e-12)), float(low), float(high), n)


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Measured:
    """
    Return the mean difference ours - theirs over the same questions, with its interval.

    The difference is significant at 5 % when the interval leaves 0 out.

    Raises:
        ValueError: the two runs do not have the same number of questions.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"a paired test needs the same questions; got {len(ours)} and {len(theirs)}")
    return measure([a - b for a, b in zip(ours, theirs, strict=True)])


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """
    Return the chance that a positive scores higher than a negative; ties count half, nan if one is empty.

    >>> auroc([0.9, 0.8], [0.1, 0.8])
    0.875
    """
    if not positives or not negatives:
        return math.nan
    p: NDArray[np.float64] = np.asarray(positives, dtype=np.float64)[:, None]
    q: NDArray[np.float64] = np.asarray(negatives, dtype=np.float64)[None, :]
    return float(((p > q) + 0.5 * (p == q)).mean())


def bootstrap_auroc(positives: Sequence[float], negatives: Sequence[float]) -> Measured:
    """Return ``auroc`` with its 95 % interval, resampling both sides."""
    n = len(positives) + len(negatives)
    if not positives or not negatives:
        return Measured(math.nan, math.nan, math.nan, n)
    rng = np.random.default_rng(_SEED)
    rounds = [
        auroc(list(rng.choice(positives, len(positives))), list(rng.choice(negatives, len(negatives))))
        for _ in range(_SLOW_ROUNDS)
    ]
    low, high = np.percentile(rounds, [2.5, 97.5])
    return Measured(auroc(positives, negatives), float(low), float(high), n)


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """
    Return the expected calibration error, 0..1, over *bins* bins of equal size; nan without data.

    >>> calibration_error([1.0, 1.0], [True, False], bins=1)
    0.5
    """
    if not confidences:
        return math.nan
    order = np.argsort(confidences, kind="stable")
    p = np.asarray(confidences, dtype=np.float64)[order]
    y = np.asarray(right, dtype=np.float64)[order]
    parts = [part for part in np.array_split(np.arange(len(p)), bins) if len(part)]
    return float(sum(abs(p[part].mean() - y[part].mean()) * len(part) for part in parts) / len(p))


def bootstrap_calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> Measured:
    """Return ``calibration_error`` with its 95 % interval, resampling the questions."""
    n = len(confidences)
    if n == 0:
        return Measured(math.nan, math.nan, math.nan, 0)
    p, y = np.asarray(confidences), np.asarray(right)
    picks = np.random.default_rng(_SEED).integers(0, n, size=(_SLOW_ROUNDS, n))
    rounds = [calibration_error(p[pick].tolist(), y[pick].tolist()) for pick in picks]
    low, high = np.percentile(rounds, [2.5, 97.5])
    return Measured(calibration_error(confidences, right), float(low), float(high), n)
