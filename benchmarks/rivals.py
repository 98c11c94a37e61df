"""
Off-the-shelf engines on the same published texts and the same questions, each as its users set it up.

All of them get what our passages hold of a procedure: its title, and its other texts as one body. The
last one is a control: BM25 over titles that is also given the citizens' wordings we search in, so that
one can see what the wordings bring and what the ranking does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
import tantivy
from pysqlite3 import dbapi2 as sqlite3
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.office import Bench
from benchmarks.results import Figure
from bot.evaluating import Families
from bot.evaluation_tables import Grid, difference, interval
from bot.measuring import found_at
from index.evaluation import Measured, measure, paired_difference
from index.labelled import ANSWERABLE, EVERYDAY, LabelledQuestion, read_labelled
from index.search import Searcher
from index.variants import Form, derive
from knowledge.passages import PassagePart
from knowledge.phrasings import phrasing_passages
from knowledge.splitting import passages_of
from knowledge.text import fold, normalize, syllables

TOP_K = 10
_GROUPS = (EVERYDAY, "portal_faq")
_FORMS = (Form.AS_WRITTEN, Form.NO_ACCENTS)
_MEASURES = ("hit@1", "hit@5")
_TOLD = {Form.AS_WRITTEN: "", Form.NO_ACCENTS: ", no accents,"}
_COLUMNS = [(group, form, name) for group in _GROUPS for form in _FORMS for name in _MEASURES]
OURS = "danhoi"
CONTROL = "control: bm25s, folded titles + wordings"

Search = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Document:
    """One procedure as the rivals see it; ``asked`` are citizens' wordings."""

    code: str
    title: str
    body: str
    asked: str


def documents(bench: Bench) -> list[Document]:
    """Return the public procedures of the office."""
    with bench.app.open_store() as store:
        procedures = list(store.procedures())
    asked: dict[str, list[str]] = {}
    for passage in phrasing_passages({procedure.code for procedure in procedures}):
        asked.setdefault(passage.key, []).append(passage.text)
    found = []
    for procedure in procedures:
        texts = [passage.text for passage in passages_of(procedure) if passage.part is PassagePart.BODY]
        wordings = "\n".join(asked.get(procedure.code, ()))
        found.append(Document(procedure.code, procedure.title, "\n".join(texts), wordings))
    return found


# --- the engines ---------------------------------------------------------------------------------


def by_bm25s(texts: Sequence[str], codes: Sequence[str], tokens: Callable[[str], list[str]]) -> Search:
    """Return BM25 by bm25s, one field, its default parameters."""
    engine = bm25s.BM25()
    engine.index([tokens(text) for text in texts], show_progress=False)

    def search(query: str) -> list[str]:
        known = [token for token in tokens(query) if token in engine.vocab_dict]
        if not known:
            return []
        rows, scores = engine.retrieve([known], k=min(TOP_K, len(codes)), show_progress=False)
        return [codes[row] for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    return search


def accented(text: str) -> list[str]:
    """Return the syllables of *text* as written."""
    return syllables(normalize(text))


def folded(text: str) -> list[str]:
    """Return the syllables of *text* without accents."""
    return syllables(fold(text))


def by_tantivy(found: Sequence[Document]) -> Search:
    """Return tantivy with its own tokenizer and ascii_fold, titles four times."""
    analyzer = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("code", stored=True, tokenizer_name="raw")
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="folded")
    schema = builder.build()
    index = tantivy.Index(schema)
    index.register_tokenizer("folded", analyzer)
    writer = index.writer(num_threads=1)
    for one in found:
        writer.add_document(tantivy.Document(code=one.code, title=one.title, body=one.body))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: str) -> list[str]:
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, name, token), boost),
            )
            for token in dict.fromkeys(analyzer.analyze(query))
            for name, boost in (("title", 4.0), ("body", 1.0))
        ]
        hits = searcher.search(tantivy.Query.boolean_query(clauses), TOP_K).hits
        return [str(searcher.doc(address)["code"][0]) for _, address in hits]

    return search


def by_fts5(found: Sequence[Document]) -> Search:
    """Return SQLite FTS5, diacritics removed, words joined by OR, titles ten times."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE p USING fts5"
        "(code UNINDEXED, title, body, tokenize = 'unicode61 remove_diacritics 2')"
    )
    rows = ((one.code, one.title, one.body) for one in found)
    connection.executemany("INSERT INTO p VALUES (?, ?, ?)", rows)
    ranked = f"SELECT code FROM p WHERE p MATCH ? ORDER BY bm25(p, 0, 10, 1) LIMIT {TOP_K}"

    def search(query: str) -> list[str]:
        expression = " OR ".join(f'"{word}"' for word in dict.fromkeys(syllables(normalize(query))))
        return [str(code) for (code,) in connection.execute(ranked, [expression])] if expression else []

    return search


def by_char_ngrams(texts: Sequence[str], codes: Sequence[str]) -> Search:
    """Return TF-IDF over three to five letters of the folded *texts*, cosine."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform([fold(text) for text in texts])

    def search(query: str) -> list[str]:
        scores = (matrix @ vectorizer.transform([fold(query)]).T).toarray().ravel()
        best = np.argsort(-scores, kind="stable")[:TOP_K]
        return [codes[row] for row in best if scores[row] > 0]

    return search


def engines(found: Sequence[Document]) -> Iterator[tuple[str, Search]]:
    """Give each rival by name, built one after the other."""
    codes = [one.code for one in found]
    whole = [f"{one.title}\n{one.body}" for one in found]
    titles = [one.title for one in found]
    yield "bm25s, one accented field", by_bm25s(whole, codes, accented)
    yield "bm25s, one folded field", by_bm25s(whole, codes, folded)
    yield "bm25s, folded titles", by_bm25s(titles, codes, folded)
    yield "tantivy, title ×4, ascii_fold", by_tantivy(found)
    yield "SQLite FTS5, title ×10", by_fts5(found)
    yield "TF-IDF, char 3–5, folded titles", by_char_ngrams(titles, codes)
    asked = [f"{one.title}\n{one.asked}" for one in found]
    yield CONTROL, by_bm25s(asked, codes, folded)


# --- the comparison ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """The hits of every engine, and ours minus theirs; the control is in the tables only."""

    tables: tuple[Grid, ...]
    gaps: tuple[Measured, ...]

    def figures(self) -> tuple[Figure, ...]:
        """Return in how many comparisons we are ahead, and surely so."""
        ahead = sum(gap.mean > 0 for gap in self.gaps)
        surely = sum(gap.low > 0 for gap in self.gaps)
        of = len(self.gaps)
        return (
            Figure("comparisons in which danhoi is ahead", f"{ahead} of {of}", f"{of}", ahead == of),
            Figure("… with an interval that leaves 0 out", f"{surely} of {of}"),
        )


def compare(bench: Bench) -> Compared:
    """Ask every engine every answerable question, as written and without accents."""
    searcher = bench.app.open_searcher()
    questions = [one for one in read_labelled(bench.questions) if one.kind == ANSWERABLE]
    family_of = Families(searcher).of
    ours = _asked(_ours(searcher), questions, family_of)
    hits = [_row(OURS, [measure(values) for values in ours], interval)]
    differences, counted = [], []
    for name, search in engines(documents(bench)):
        theirs = _asked(search, questions, family_of)
        gaps = [paired_difference(mine, other) for mine, other in zip(ours, theirs, strict=True)]
        hits.append(_row(name, [measure(values) for values in theirs], interval))
        differences.append(_row(name, gaps, difference))
        counted += gaps if name != CONTROL else []
    counts = ", ".join(f"{group} n={sum(one.group == group for one in questions)}" for group in _GROUPS)
    head = ("", *(f"{group}{_TOLD[form]} {name}" for group, form, name in _COLUMNS))
    tables = (
        Grid(f"Right procedure first, or among five ({counts})", head, tuple(hits)),
        Grid("Ours minus theirs, paired, 95 % interval", head, tuple(differences)),
    )
    return Compared(tables, tuple(counted))


def _row(name: str, measured: Sequence[Measured], told: Callable[[Measured], str]) -> tuple[str, ...]:
    return (name, *map(told, measured))


def _ours(searcher: Searcher) -> Search:
    return lambda query: [candidate.key for candidate in searcher.rank(query, TOP_K).candidates]


def _asked(
    search: Search, questions: Sequence[LabelledQuestion], family_of: Callable[[str], str]
) -> list[list[float]]:
    """Return one list of values per column."""
    columns: list[list[float]] = []
    for group in _GROUPS:
        asked = [one for one in questions if one.group == group]
        for form in _FORMS:
            found = [
                found_at(one, codes := search(derive(one.question, form)), codes, family_of) for one in asked
            ]
            columns += [[values[name] for values in found] for name in _MEASURES]
    return columns
