"""
Evidence: what speaks for each record, as numbers, for one query.

Two engines look at the query: vectors (FAISS over every passage) and words (tantivy over titles, over
citizens' wordings and over bodies, each by itself, because a title that matches weighs more than a
body). What they find is gathered by record into one row of named features; ``search.py`` weighs them.

But: nothing is decided or weighed here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder
from index.explaining import Explainer
from index.generation import Generation
from index.postings import Postings
from index.prior import prior
from index.record_vectors import centres, title_vectors
from knowledge.concepts import Lexicon, lexicon
from knowledge.passages import PassagePart, RecordKind
from knowledge.text import fold, syllables

FEATURES = (
    "title_cosine",  # of the query with the record's title
    "asked_cosine",  # with the nearest of the citizens' wordings of it
    "asked_mean",  # with the nearest three of them
    "body_cosine",  # with the nearest body passage
    "centre_cosine",  # with the middle of its title and of the citizens' wordings of it
    "title_bm25",  # best title, words; 1.0 is the best title of all records for this query
    "asked_bm25",
    "body_bm25",
    "query_covered",  # share of the query's weight in words that the title holds
    "title_covered",  # share of the title's weight in words that the query holds
    "named",  # 1.0 when a phrase of the lexicon names the record
    "named_share",  # share of the query's syllables in that phrase
    "explained",  # share of the query's weight in syllables that occur in title or wordings of the record
    "explained_pairs",  # share of its syllable pairs that do
    "likelihood",  # how likely the words of its title and wordings make the query, a logarithm
    "likelihood_pairs",  # the same of its syllable pairs
    "usage",  # how often it is filed in the whole country, log scale 0..1
    "provincial",  # 1.0 when another province than the office's published it for itself
)
_AT = {name: column for column, name in enumerate(FEATURES)}
_NEAREST = [_AT["asked_cosine"], _AT["asked_mean"], _AT["body_cosine"]]
_NAMED = [_AT["named"], _AT["named_share"]]
_EXPLAINED = [_AT["explained"], _AT["explained_pairs"]]
_LIKELIHOOD = [_AT["likelihood"], _AT["likelihood_pairs"]]
_PRIOR = [_AT["usage"], _AT["provincial"]]
NEAREST_PASSAGES = 600  # rows taken from FAISS; a record outside them has no wording near the query
BEST_BY_WORDS = 60  # rows taken from tantivy for each part
_BY_WORDS = (PassagePart.TITLE, PassagePart.ASKED, PassagePart.BODY)  # each has a column of its own
_ASKED_PART = tuple(PassagePart).index(PassagePart.ASKED)
_BODY_PART = tuple(PassagePart).index(PassagePart.BODY)


_FoundByWords = tuple[PassagePart, NDArray[np.int64], NDArray[np.float32]]  # rows and scores, best first


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    Features of the candidates of one query.

    ``records`` are positions in ``PassageTable.records``, ascending; ``features`` is float32, shape
    (len(records), len(FEATURES)). ``cosines`` and ``bm25`` hold the passages found, by row; the nearest
    come first among the ``cosines``.
    ``elsewhere`` is the best cosine with a wording of a procedure that is not in this knowledge, -1.0
    when the knowledge holds every procedure that has wordings.
    """

    records: NDArray[np.int64]
    features: NDArray[np.float32]
    cosines: dict[int, float]
    bm25: dict[int, float]
    elsewhere: float


class EvidenceCollector:
    """Collects evidence from one generation; safe to use from several threads."""

    def __init__(self, generation: Generation, embedder: Embedder, known: Lexicon | None = None) -> None:
        """*known* is the lexicon to name procedures by, by default the one that ships."""
        generation.require_model(embedder)
        self._generation = generation
        self._embedder = embedder
        table = generation.passages
        self._size = len(table.records)
        self._titles = title_vectors(generation)
        self._centres = centres(generation)
        foreign = table.rows_with(PassagePart.ELSEWHERE)
        self._own_rows = int(foreign[0]) if len(foreign) else len(table)  # wordings from elsewhere come last
        self._lexicon = known or lexicon()
        own = generation.records.cards
        self._position = {record: n for n, record in enumerate(table.records) if record[1] in own}
        titles = self._read_titles()
        self._weight = _inverse_document_frequency(titles)
        self._title_words = Postings(self._size, enumerate(titles))
        self._title_weight = np.array([sum(self._weight[word] for word in title) or 1.0 for title in titles])
        self._explainer = Explainer(generation, self._weight)
        self._prior = prior(generation)

    @property
    def usage(self) -> NDArray[np.float32]:
        """How often each record is filed, log scale 0..1, by position in ``PassageTable.records``."""
        return self._prior[:, 0]

    def stated(self, query: str, record: int) -> tuple[float, float]:
        """Return the shares of *query* that stand anywhere in *record*, see ``Explainer.stated``."""
        return self._explainer.stated(query, record)

    def collect(self, query: str, excluded: NDArray[np.bool_]) -> Evidence:
        """
        Return the evidence for *query*, already cleaned; no candidates when nothing is near.

        *excluded* tells of each record (by position in ``PassageTable.records``) whether to leave it out,
        as if it were not in the index: that is how "not in this office's knowledge" is measured.
        """
        vector = self._embedder.embed([query])[0]
        dense, owner = self._generation.dense, self._generation.passages.record
        rows, cosines = dense.search(vector, NEAREST_PASSAGES, 0, self._own_rows)
        kept = ~excluded[owner[rows]]
        rows, cosines = rows[kept], cosines[kept]
        words = list(self._found_by_words(query, excluded))
        named = self._named(query, excluded)
        candidates = _Candidates(
            self._size, [owner[rows], *(owner[found] for _, found, _ in words), [*named]]
        )
        # A feature a row, so that each is filled in one piece; turned round at the end.
        features = np.zeros((len(FEATURES), len(candidates.records)), dtype=np.float32)
        self._by_vectors(features, candidates, rows, cosines)
        self._by_words(features, candidates, words)
        for record, share in named.items():
            features[_NAMED, candidates.place[record]] = 1.0, share
        records = candidates.records
        for name, vectors in (("title_cosine", self._titles), ("centre_cosine", self._centres)):
            # Not "@": BLAS would start a thread per core for a moment's work and wait for them.
            features[_AT[name]] = np.einsum("ij,j->i", vectors[records], vector)
        self._by_title(features, records, query)
        features[_EXPLAINED] = self._explainer.shares(query)[records].T
        features[_LIKELIHOOD] = self._explainer.likelihoods(query)[records].T
        features[_PRIOR] = self._prior[records].T
        return Evidence(
            records,
            np.ascontiguousarray(features.T),
            cosines=dict(_pairs(rows, cosines)),
            bm25={row: score for _, found, scores in words for row, score in _pairs(found, scores)},
            elsewhere=self._nearest_elsewhere(vector),
        )

    def _nearest_elsewhere(self, vector: NDArray[np.float32]) -> float:
        _, cosines = self._generation.dense.search(vector, 1, self._own_rows)
        return float(cosines[0]) if len(cosines) else -1.0

    def _by_vectors(
        self,
        features: NDArray[np.float32],
        candidates: _Candidates,
        rows: NDArray[np.int64],
        cosines: NDArray[np.float32],
    ) -> None:
        """Fill the cosine columns; a record without a row among the nearest gets the farthest's cosine."""
        floor = float(cosines[-1]) if len(cosines) else 0.0
        table = self._generation.passages
        features[_NEAREST] = floor
        owners, parts = candidates.place[table.record[rows]], table.part[rows]
        asked, body = parts == _ASKED_PART, parts == _BODY_PART
        np.maximum.at(features[_AT["body_cosine"]], owners[body], cosines[body])
        owners, nearest = _nearest_three(owners[asked], cosines[asked], floor)
        features[_AT["asked_cosine"], owners] = nearest[:, 0]
        features[_AT["asked_mean"], owners] = (nearest[:, 0] + nearest[:, 1] + nearest[:, 2]) / 3

    def _by_words(
        self, features: NDArray[np.float32], candidates: _Candidates, words: Iterable[_FoundByWords]
    ) -> None:
        """Fill the columns of words: of each record its best passage, beside the best of all."""
        for part, rows, scores in words:
            if len(rows):
                places = candidates.place[self._generation.passages.record[rows]]
                np.maximum.at(features[_AT[f"{part}_bm25"]], places, scores / scores[0])

    def _found_by_words(self, query: str, excluded: NDArray[np.bool_]) -> Iterator[_FoundByWords]:
        """Give for each part the rows that share words with *query* and their scores, best first."""
        owner = self._generation.passages.record
        for part, rows, scores in self._generation.lexical.search_each(query, BEST_BY_WORDS, _BY_WORDS):
            kept = ~excluded[owner[rows]]
            yield part, rows[kept], scores[kept]

    def _named(self, query: str, excluded: NDArray[np.bool_]) -> dict[int, float]:
        """Return the records that a phrase of the lexicon names, each with the phrase's share of *query*."""
        named = {}
        for code, share in self._lexicon.named(query).items():
            record = self._position.get((RecordKind.PROCEDURE, code))
            if record is not None and not excluded[record]:
                named[record] = share
        return named

    def _by_title(self, features: NDArray[np.float32], records: NDArray[np.int64], query: str) -> None:
        # In the order of the text, here and in ``explaining.py``: sums over a set come in the order of
        # Python's hash seed, and differ in the last digit from one process to the next.
        asked = dict.fromkeys(syllables(fold(query)))
        weight = {word: self._weight.get(word, self._weight[""]) for word in asked}
        whole = sum(weight.values()) or 1.0
        shared = self._title_words.sums(weight, np.float64)[records]
        features[_AT["query_covered"]] = shared / whole
        features[_AT["title_covered"]] = shared / self._title_weight[records]

    def _read_titles(self) -> list[tuple[str, ...]]:
        cards = self._generation.records.cards
        titles = []
        for kind, key in self._generation.passages.records:
            title = cards[key].title if kind is RecordKind.PROCEDURE and key in cards else ""
            titles.append(tuple(dict.fromkeys(syllables(fold(title)))))
        return titles


class _Candidates:
    """The records that anything speaks for: ``records`` ascending, and the ``place`` of each among them."""

    def __init__(self, size: int, found: Iterable[NDArray[np.int64] | list[int]]) -> None:
        present = np.zeros(size, bool)
        for records in found:
            present[records] = True
        self.records = np.flatnonzero(present)
        self.place = np.cumsum(present) - 1


def _pairs(rows: NDArray[np.int64], scores: NDArray[np.float32]) -> Iterator[tuple[int, float]]:
    return zip(rows.tolist(), scores.tolist(), strict=True)


def _nearest_three(
    owners: NDArray[np.int64], cosines: NDArray[np.float32], floor: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """
    Return each owner once, and its three best *cosines*, best first, shape (owners, 3).

    *cosines* come best first; an owner with fewer than three gets *floor* for the others.
    """
    order = np.argsort(owners, kind="stable")
    own, first, counts = np.unique(owners[order], return_index=True, return_counts=True)
    place = np.arange(len(owners)) - np.repeat(first, counts)  # of a cosine among its owner's
    kept = place < 3
    nearest = np.full((len(own), 3), floor)
    nearest[np.repeat(np.arange(len(own)), counts)[kept], place[kept]] = cosines[order][kept]
    return own, nearest


def _inverse_document_frequency(documents: list[tuple[str, ...]]) -> dict[str, float]:
    """Return ln(1 + N / n) by word; the key "" holds the weight of an unknown word."""
    counts = Counter(word for words in documents for word in words)
    weights = {word: math.log1p(len(documents) / n) for word, n in counts.items()}
    return weights | {"": math.log1p(len(documents))}
