"""
Words: BM25 over tantivy, with our own tokens.

Each passage is indexed three times: its accented syllables, its folded syllables, and its folded
syllable pairs ("dang_ky"), which give words typed without marks back some of the meaning that the
marks carried. Title, body and asked passages have fields of their own, so that each is compared
with its like and may be searched alone.

``knowledge.text`` decides what a token is; tantivy only splits at blanks. A citizen's text never
reaches a query parser: queries are built term by term, so any text is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.passage_table import PassageTable, uid_of
from knowledge.passages import Passage, PassagePart
from knowledge.text import fold, has_diacritics, normalize, syllables

# Raised when tokens or fields change: the word index of before is then not reused.
VERSION = f"1, {version('tantivy')}"

_HEAP_BYTES = 256_000_000  # enough for one segment: a search over one is fastest
_LONGEST_TOKEN = 40  # characters; longer ones are no words
_MOST_TOKENS = 64  # distinct ones of a query; a long story says the same again
_FORMS = ("words", "folded", "pairs")


@dataclass(frozen=True, slots=True)
class LexicalWeights:
    """What a match counts, by part and by form; 0 leaves it out of the search."""

    title: float = 4.0
    body: float = 1.0
    asked: float = 2.0
    elsewhere: float = 0.0  # never a candidate
    words: float = 1.0
    folded: float = 0.5
    pairs: float = 1.0


DEFAULT_WEIGHTS = LexicalWeights()


class WordsUnwritable(Exception):
    """tantivy could not write: the disk is full or fails. The text is tantivy's own."""


class LexicalIndex:
    """The word index of one generation. Its folder may be removed while it is open."""

    def __init__(self, index: tantivy.Index, table: PassageTable) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._table = table

    @classmethod
    def open(cls, folder: Path, table: PassageTable) -> LexicalIndex:
        """
        Return the index in *folder*, whose passages are those of *table*.

        Raises:
            ValueError: there is no such index.
        """
        index = tantivy.Index.open(str(folder))
        # A generation never changes: tantivy need not look for changes and read the folder again.
        index.config_reader(reload_policy="manual")
        return cls(index, table)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        query: str,
        top_k: int,
        parts: Sequence[PassagePart] = tuple(PassagePart),
        weights: LexicalWeights = DEFAULT_WEIGHTS,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """
        Return the rows that share words with *query* and their BM25, best first.

        At most *top_k* rows, every score above 0; none when no word is known. Equal scores come in
        the order of the rows.
        """
        return self._search(list(self._clauses(_query_tokens(query), parts, weights)), top_k)

    def search_each(
        self, query: str, top_k: int, parts: Sequence[PassagePart]
    ) -> Iterator[tuple[PassagePart, NDArray[np.int64], NDArray[np.float32]]]:
        """Give what ``search`` returns for each of *parts* alone; the query is read once."""
        tokens = _query_tokens(query)
        for part in parts:
            yield part, *self._search(list(self._clauses(tokens, (part,), DEFAULT_WEIGHTS)), top_k)

    def _search(
        self, clauses: list[tuple[tantivy.Occur, tantivy.Query]], top_k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if not clauses or top_k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=top_k, count=False).hits
        uids = self._searcher.fast_field_values("uid", [address for _, address in hits])
        rows = self._table.rows_of(np.array(uids, np.int64))
        scores = np.array([score for score, _ in hits], np.float32)
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _clauses(
        self, tokens: dict[str, list[str]], parts: Sequence[PassagePart], weights: LexicalWeights
    ) -> Iterator[tuple[tantivy.Occur, tantivy.Query]]:
        for part in parts:
            for form in _FORMS:
                boost = getattr(weights, part) * getattr(weights, form)
                for token in tokens[form] if boost > 0 else ():
                    term = tantivy.Query.term_query(self._schema, f"{part}_{form}", token, "freq")
                    yield tantivy.Occur.Should, tantivy.Query.boost_query(term, boost)


def build(folder: Path, passages: Iterable[Passage]) -> None:
    """Make a word index of *passages* in the empty *folder*."""
    _write(tantivy.Index(_schema(), path=str(folder)), passages)


def update(folder: Path, removed: Iterable[int], added: Iterable[Passage]) -> None:
    """
    Take the passages with the uids *removed* out of the index in *folder* and put *added* in.

    What was removed still counts in word frequencies until the next ``build``.
    """
    _write(tantivy.Index.open(str(folder)), added, removed)


def _write(index: tantivy.Index, passages: Iterable[Passage], removed: Iterable[int] = ()) -> None:
    try:
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        for uid in removed:
            # Works on signed fields only: on an unsigned one tantivy-py 0.27 deletes nothing, silently.
            writer.delete_documents_by_term("uid", uid)
        for passage in passages:
            writer.add_document(_document(passage))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        raise WordsUnwritable(str(error)) from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("uid", stored=False, indexed=True, fast=True)
    for part in PassagePart:
        for form in _FORMS:
            builder.add_text_field(
                f"{part}_{form}", stored=False, tokenizer_name="whitespace", index_option="freq"
            )
    return builder.build()


def _document(passage: Passage) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("uid", uid_of(passage))
    words = _tokens(passage.text)
    folded = [_fold(word) for word in words]
    for form, tokens in zip(_FORMS, (words, folded, _pairs(folded)), strict=True):
        document.add_text(f"{passage.part}_{form}", " ".join(tokens))
    return document


def _query_tokens(query: str) -> dict[str, list[str]]:
    """Return the distinct tokens of each form; no accented ones for a query typed without marks."""
    words = _tokens(query)
    folded = [_fold(word) for word in words]
    forms = {"words": words if has_diacritics(query) else [], "folded": folded, "pairs": _pairs(folded)}
    return {form: list(dict.fromkeys(tokens))[:_MOST_TOKENS] for form, tokens in forms.items()}


def _tokens(text: str) -> list[str]:
    return [word for word in syllables(normalize(text)) if len(word) <= _LONGEST_TOKEN]


def _pairs(folded: Sequence[str]) -> list[str]:
    return [f"{first}_{second}" for first, second in pairwise(folded)]


# A catalogue has some ten thousand distinct syllables in ten million running ones.
_fold = lru_cache(maxsize=65_536)(fold)
