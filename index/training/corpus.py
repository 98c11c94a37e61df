"""
What the embedding is trained on, read from the shared data folder by path and never copied.

Three kinds of pairs: a citizen's wording with the title, another wording or a body line of its
procedure; a title with a line of its body or its sector; the title of a law's article with its text.
"""

from __future__ import annotations

import json
import lzma
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.families import families
from knowledge.passages import PassagePart
from knowledge.phrasings import Phrasing, known_phrasings
from knowledge.reading import read_records
from knowledge.records import Procedure
from knowledge.splitting import passages_of

CATALOGUE = "national_procedures_2026-07-18.jsonl.gz"
LAW = "text/phap_dien_articles.jsonl.xz"
_LINE = 260  # characters of a body line that are used
_SHORTEST = 30
_ARTICLE = 500


@dataclass(slots=True)
class Corpus:
    """
    Texts to train on.

    ``group`` unites the procedures that one wording may mean; they are never each other's negatives.
    """

    titles: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    sector: dict[str, str] = field(default_factory=dict)
    phrasings: list[Phrasing] = field(default_factory=list)
    group: dict[str, str] = field(default_factory=dict)
    law: list[tuple[str, str]] = field(default_factory=list)


def load_corpus(data: Path, phrasings: list[Phrasing] | None = None) -> Corpus:
    """Return the corpus in the folder *data*; *phrasings* default to those not held out."""
    corpus = Corpus()
    for procedure in _public_procedures(data / CATALOGUE):
        corpus.titles[procedure.code] = procedure.title
        corpus.sector[procedure.code] = procedure.sector
        corpus.lines[procedure.code] = list(_lines(procedure))
    wanted = known_phrasings() if phrasings is None else phrasings
    corpus.phrasings = [p for p in wanted if all(code in corpus.titles for code in p.codes)]
    corpus.group = _groups(corpus)
    corpus.law = list(_law(data / LAW))
    return corpus


def _public_procedures(path: Path) -> Iterator[Procedure]:
    for item in read_records(path):
        if isinstance(item, tuple) and isinstance(item[0], Procedure) and item[0].is_public:
            yield item[0]


def _lines(procedure: Procedure) -> Iterator[str]:
    for passage in passages_of(procedure):
        if passage.part is PassagePart.BODY:
            yield from (line[:_LINE] for line in passage.text.split("\n") if len(line) >= _SHORTEST)
    if procedure.sector:
        yield procedure.sector


def _groups(corpus: Corpus) -> dict[str, str]:
    """Unite the codes of one family and those that a wording names together (union-find)."""
    parent = families(corpus.titles)

    def root(code: str) -> str:
        while parent[code] != code:
            code = parent[code]
        return code

    for phrasing in corpus.phrasings:
        for code in phrasing.codes[1:]:
            parent[root(code)] = root(phrasing.codes[0])
    return {code: root(code) for code in corpus.titles}


def _law(path: Path) -> Iterator[tuple[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    seen = Counter(article["title"] for article in articles)
    for article in articles:
        # "Phạm vi điều chỉnh" and the like head hundreds of articles and say nothing about any.
        if seen[article["title"]] <= 2 and len(article["title"]) > 15:
            yield article["title"], article["body"][:_ARTICLE]
