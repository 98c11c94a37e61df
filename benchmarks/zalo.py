"""
Law questions (zalo2021_lite): our embedding against BM25 on syllables, and both together.

Not our job, but comparable: 924 questions, 42,642 articles, one or two of them right. The embedding
sees an article as its title with its body's beginning, and as pieces of its body; the best piece counts.
The mixture adds the two scores, each divided by its best for the question; nothing is fitted here.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from benchmarks.results import Figure, at_least
from benchmarks.rivals import accented
from bot.evaluation_tables import Grid, cell
from index.embedding import BUILTIN, load_embedder
from index.evaluation import hit_at, measure, paired_difference, reciprocal_rank

PUBLISHED_BM25 = 0.578
_PIECE = 150  # syllables of a body that are embedded together
_MOST_PIECES = 8
_POOL = 200  # articles that the mixture looks at, from each side


def run(data: Path) -> tuple[tuple[Figure, ...], tuple[Grid, ...]]:
    """Return the figures and the table."""
    articles, queries, relevant = _read(data)
    by_words = _words(articles, queries)
    by_meaning = _meaning(articles, queries)
    rankings = {
        "BM25 on syllables": by_words,
        "built-in embedding": by_meaning,
        "both": [_both(words, meaning) for words, meaning in zip(by_words, by_meaning, strict=True)],
    }
    scores = {
        name: [
            reciprocal_rank(_first(ranking), right) for ranking, right in zip(found, relevant, strict=True)
        ]
        for name, found in rankings.items()
    }
    gain = paired_difference(scores["both"], scores["BM25 on syllables"])
    rows = tuple(
        (name, cell(measure(scores[name])), *(f"{_hits(found, relevant, k):.3f}" for k in (1, 10)))
        for name, found in rankings.items()
    )
    figures = (
        at_least("MRR@10, both together", measure(scores["both"]).mean, PUBLISHED_BM25),
        Figure("both minus BM25 of this run", f"{gain.mean:+.3f} ({gain.low:+.3f}…{gain.high:+.3f})"),
    )
    return figures, (Grid("Articles found", ("", "MRR@10", "Acc@1", "Acc@10"), rows),)


Scores = dict[int, float]


def _read(data: Path) -> tuple[list[tuple[str, str]], list[str], list[set[str]]]:
    folder = data / "benchmarks" / "zalo2021_lite"
    with lzma.open(data / "text" / "phap_dien_articles.jsonl.xz", "rt", encoding="utf-8") as file:
        articles = [(row["title"], row["body"]) for row in map(json.loads, file)]
    right: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, article, _ = line.split("\t")
        right.setdefault(query, set()).add(article)
    rows = map(json.loads, (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    asked = [(row["_id"], row["text"]) for row in rows if row["_id"] in right]
    return articles, [text for _, text in asked], [right[key] for key, _ in asked]


def _words(articles: list[tuple[str, str]], queries: list[str]) -> list[Scores]:
    engine = bm25s.BM25()
    engine.index([accented(f"{title}\n{body}") for title, body in articles], show_progress=False)
    found = []
    for query in queries:
        known = [token for token in accented(query) if token in engine.vocab_dict]
        rows, scores = engine.retrieve([known], k=_POOL, show_progress=False)
        found.append({int(row): float(score) for row, score in zip(rows[0], scores[0], strict=True)})
    return found


def _meaning(articles: list[tuple[str, str]], queries: list[str]) -> list[Scores]:
    embedder = load_embedder(BUILTIN)
    pieces = [(row, piece) for row, (title, body) in enumerate(articles) for piece in _pieces(title, body)]
    owner = np.array([row for row, _ in pieces])
    vectors = embedder.embed([piece for _, piece in pieces])
    return [_nearest(vectors @ vector, owner, len(articles)) for vector in embedder.embed(queries)]


def _pieces(title: str, body: str) -> Iterator[str]:
    words = body.split()
    for start in range(0, min(len(words), _PIECE * _MOST_PIECES) or 1, _PIECE):
        piece = " ".join(words[start : start + _PIECE])
        yield f"{title}. {piece}"


def _nearest(cosines: NDArray[np.float32], owner: NDArray[np.int64], size: int) -> Scores:
    best = np.full(size, -1.0, dtype=np.float32)
    np.maximum.at(best, owner, cosines)
    return {int(row): float(best[row]) for row in np.argsort(-best, kind="stable")[:_POOL]}


def _both(words: Scores, meaning: Scores) -> Scores:
    added = {
        row: words.get(row, min(words.values())) / max(words.values())
        + meaning.get(row, min(meaning.values())) / max(meaning.values())
        for row in words | meaning
    }
    return dict(sorted(added.items(), key=lambda pair: -pair[1]))


def _first(scores: Scores) -> list[str]:
    return [str(row) for row in list(scores)[:10]]


def _hits(found: list[Scores], relevant: list[set[str]], k: int) -> float:
    pairs = zip(found, relevant, strict=True)
    return float(np.mean([hit_at(k, _first(scores), right) for scores, right in pairs]))
