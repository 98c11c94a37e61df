"""What is wrong in the phrase files of ``lexicon/``: keys that nothing reads, phrases that do not parse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from handlers.answers import QuestionKind
from handlers.kinds import Greeting
from handlers.lexicons import LEXICON
from knowledge.concepts import phrase_fault, read_tree
from knowledge.lexicon_check import LexiconFinding, as_error, check_keys
from knowledge.passages import Facet
from knowledge.plain_tree import Items, Mistake, Pairs, Text, Tree
from knowledge.records import Level

# A shape is None, a list of phrases, or its keys with their shapes; "*" stands for any key.
Shape = Mapping[str, "Shape"] | None

_RULE: Shape = {"says": None, "alone": None, "unless": None}
_SHAPES: dict[str, Shape] = {
    "abroad": _RULE,
    "emergency": {"cry": _RULE},
    "facets": {"ignored": None, **{facet: {"asked": None, "hinted": None} for facet in Facet}},
    "fillers": {
        "fillers": None,
        "everything": None,
        "everything_of": None,
        "not_everything": None,
        "choice_leads": None,
        "ordinals": {"*": None},
        "last": None,
        "none_of_these": None,
    },
    "foreign": dict.fromkeys(("only", "either", "greeting")),
    "greetings": dict.fromkeys(Greeting),
    "kinds": dict.fromkeys(QuestionKind, _RULE),
    "office": dict.fromkeys(("hours", "reception", "address", "number", "contact", "desk", "complaints")),
    "places": {"levels": dict.fromkeys(Level), "provinces": {"*": None}},
}
_NEEDED = {
    "abroad": {"says", "unless"},
    "emergency": {"cry"},
    "facets": {"ignored"},
    "foreign": {"only", "either", "greeting"},
    "office": {"hours", "reception", "address", "number", "contact", "desk", "complaints"},
    "fillers": set(_SHAPES["fillers"] or ()),
    "places": {"levels", "provinces"},
}


def check_phrase_files(folder: Path = LEXICON) -> Iterator[LexiconFinding]:
    """Give what is wrong with the files that handlers read from *folder*, by name and line."""
    for name, shape in _SHAPES.items():
        path = folder / f"{name}.yaml"
        try:
            tree = read_tree(path)
        except Mistake as mistake:
            yield as_error(path, mistake)
            continue
        found = (*_mistakes(tree, shape), *_missing(tree, _NEEDED.get(name, set())))
        yield from (as_error(path, mistake) for mistake in found)


def _mistakes(tree: Tree, shape: Shape) -> Iterator[Mistake]:
    if shape is None:
        yield from _wrong_phrases(tree)
    elif isinstance(tree, Items):  # several groups of the same shape
        for item in tree.items:
            yield from _mistakes(item, shape)
    elif isinstance(tree, Pairs):
        yield from check_keys(tree, shape)
        for key, value in tree.pairs:
            if (key.value or "") in shape or "*" in shape:
                yield from _mistakes(value, shape.get(key.value or "", shape.get("*")))
    else:
        yield Mistake(tree.line, "", "", "chỗ này phải gồm các dòng dạng tên: danh sách cụm từ")


def _wrong_phrases(tree: Tree) -> Iterator[Mistake]:
    if isinstance(tree, Text) and not tree.value:
        return
    if not isinstance(tree, Items):
        yield Mistake(tree.line, "", "", "chỗ này phải là danh sách cụm từ, mỗi dòng bắt đầu bằng dấu -")
        return
    for item in tree.items:
        written = (item.value or "") if isinstance(item, Text) else ""
        if remedy := phrase_fault(written):
            yield Mistake(item.line, "cụm từ", written, remedy)


def _missing(tree: Tree, needed: set[str]) -> Iterator[Mistake]:
    there = {key.value for key, _ in tree.pairs} if isinstance(tree, Pairs) else set()
    return (Mistake(tree.line, name, "", "còn thiếu; hãy bổ sung") for name in sorted(needed - there))
