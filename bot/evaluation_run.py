"""
One evaluation: labelled questions in, a ``Run`` out, which says by what it was made and what it found.

A run holds codes and numbers only, no text of a question or a procedure; it can be published, and a
later run can be compared with it question by question (``differences``).
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from bot.evaluating import Families, Outcome, run_questions
from bot.measuring import Asked, Table, by_group, by_style, differences, judged, values
from index.labelled import LabelledQuestion
from index.search import Searcher
from index.variants import Form
from knowledge.errors import DanhoiError

_PACKAGES = ("danhoi", "faiss-cpu", "numpy", "tantivy")


class RunUnreadable(DanhoiError):
    """A file is no saved evaluation."""


class FormRun(msgspec.Struct, frozen=True):
    """What was found for one form: measures by group and by style, and every question's outcome."""

    groups: Table
    styles: Table
    outcomes: tuple[Outcome, ...]


class Run(msgspec.Struct, frozen=True):
    """One evaluation; ``forms`` by the form's name."""

    command: str
    made_at: str  # ISO 8601, UTC
    versions: dict[str, str]
    data: str  # file name
    data_sha256: str
    questions: int
    model_id: str
    generation: str
    forms: dict[str, FormRun]


class Saved(msgspec.Struct, frozen=True):
    """What a comparison needs of a run that was saved."""

    made_at: str
    forms: dict[str, SavedForm]


class SavedForm(msgspec.Struct, frozen=True):
    """The outcomes of one form."""

    outcomes: tuple[Outcome, ...]


def read_saved(path: Path) -> Saved:
    """
    Return the run saved in *path*.

    Raises:
        RunUnreadable: it is no saved evaluation.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Saved)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunUnreadable(f"{path} không phải kết quả của danhoi evaluate --json ({error}).") from error


class Evaluation:
    """Asks labelled questions of one searcher and remembers what came."""

    def __init__(self, searcher: Searcher, questions: Sequence[LabelledQuestion], today: date) -> None:
        self.searcher = searcher
        self.questions = questions
        self._today = today
        self._family_of = Families(searcher).of
        self.asked: dict[Form, list[Asked]] = {}

    def ask(self, form: Form, progress: Callable[[int], None] = lambda done: None) -> None:
        """Ask every question in *form*."""
        outcomes = run_questions(self.searcher, self.questions, form, self._today, progress)
        self.asked[form] = judged(self.questions, outcomes, self._family_of)

    def compared(self, form: Form, before: Saved) -> Table:
        """Return now minus *before* for *form*, measured by today's labels; {} when it was not asked then."""
        saved = before.forms.get(form)
        if saved is None:
            return {}
        labels = {question.id: question for question in self.questions}
        earlier = {
            got.id: values(labels[got.id], got, self._family_of) for got in saved.outcomes if got.id in labels
        }
        return differences(self.asked[form], earlier)

    def run(self, command: str, data: Path) -> Run:
        """Return all that was asked so far as a run; *data* is the file of the questions."""
        return Run(
            command=command,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            versions=versions(),
            data=data.name,
            data_sha256=hashlib.sha256(data.read_bytes()).hexdigest(),
            questions=len(self.questions),
            model_id=self.searcher.embedder.model_id,
            generation=self.searcher.generation.generation_id,
            forms={
                form: FormRun(by_group(asked), by_style(asked), tuple(one.got for one in asked))
                for form, asked in self.asked.items()
            },
        )


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that the figures hang on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
