"""Every lexicon file of an installation looked over: the shipped ones and the office's own."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bot.app import App
from handlers.lexicon_check import check_phrase_files
from index.errors import IndexUnusable
from knowledge.concepts import FOLDER, read_folder
from knowledge.lexicon_check import LexiconFinding, check_concepts, check_shorthand
from knowledge.phrasings import read_phrasings
from knowledge.shorthand import SHORTHAND


def review(app: App, progress: Callable[[int], None] = lambda done: None) -> list[LexiconFinding]:
    """Return what is to be said on the lexicon, file kind by file kind; [] when all is well."""
    files = (*read_folder(FOLDER), *read_folder(app.settings.lexicon_dir))
    official = [entry.concept.means for file in files for entry in file.entries]
    return [
        *check_concepts(files, tuple(read_phrasings()), _office_codes(app), progress),
        *check_shorthand(SHORTHAND, official),
        *check_phrase_files(),
    ]


def _office_codes(app: App) -> Collection[str] | None:
    try:
        return app.open_generation().records.cards.keys()
    except IndexUnusable:
        return None
