"""
The only place that builds things; everything else is handed what it needs.

Heavy modules (FAISS, tantivy, numpy) are imported where a part is built: a command that only reads the
store, and ``danhoi --help``, start without them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.settings import Settings
from knowledge.errors import DanhoiError

if TYPE_CHECKING:
    from bot.serving.finding import Finder
    from handlers.answering import Answerer
    from handlers.conversations import Conversations
    from index.building import BuildReport, Progress
    from index.generation import Generation
    from index.search import Searcher
    from knowledge.concepts import Lexicon
    from knowledge.store import KnowledgeStore

log = logging.getLogger("danhoi")


def _today() -> date:
    """Return the day that the office's clock shows."""
    return datetime.now().astimezone().date()


class NotSetUp(DanhoiError):
    """There is no store of records yet; ``danhoi doctor`` names the same remedy."""

    def __init__(self) -> None:
        super().__init__("chưa có kho dữ liệu. Hãy chạy: danhoi setup")


class App:
    """The parts of one running program, made from *settings*. Nothing is opened before it is asked for."""

    def __init__(self, settings: Settings, today: Callable[[], date] = _today) -> None:
        self.settings = settings
        self.today = today

    @contextmanager
    def open_store(self) -> Iterator[KnowledgeStore]:
        """
        Open the store of published records, made when missing, for the time of the block.

        Raises:
            DatabaseRefused: the file cannot be used.
        """
        from knowledge.database import open_database
        from knowledge.store import KnowledgeStore

        with closing(open_database(self.settings.database)) as database:
            yield KnowledgeStore(database)

    @contextmanager
    def open_conversations(self) -> Iterator[Conversations]:
        """
        Open the stored questions and answers for the time of the block; those that expired are deleted.

        Raises:
            DatabaseRefused: the file cannot be used.
        """
        from handlers.conversations import Conversations
        from handlers.state import RETENTION_DAYS
        from knowledge.database import open_database

        with closing(open_database(self.settings.database)) as database:
            conversations = Conversations(database)
            if forgotten := conversations.forget_expired(self.today()):
                log.info("questions deleted after %d days: %d", RETENTION_DAYS, forgotten)
            yield conversations

    def open_generation(self) -> Generation:
        """
        Open the published index; every file of it is verified.

        Raises:
            IndexUnusable: there is none, or it is damaged; the text names the command to run.
        """
        from index.generation import open_generation

        return open_generation(self.settings.index_dir)

    def open_searcher(self) -> Searcher:
        """
        Open the published index together with the model it was built by.

        Raises:
            NotSetUp: nothing was imported yet.
            IndexUnusable: there is no index, it is damaged or another model made it.
            ModelUnusable: the model cannot be loaded.
        """
        from index.embedding import load_embedder
        from index.search import Searcher

        if not self.settings.database.exists():
            raise NotSetUp
        generation = self.open_generation()
        embedder = load_embedder(self.settings.model)
        generation.require_model(embedder)
        log.info("index opened: %s, %d passages", generation.generation_id, len(generation.passages))
        return Searcher(generation, embedder, lexicon=self.open_lexicon())

    def open_finder(self) -> Finder:
        """
        Open the published index in a process of its own, for a server.

        Raises:
            DanhoiError: what ``open_searcher`` raises.
        """
        from bot.serving.finder_process import FinderProcess

        return FinderProcess(self.settings)

    def open_lexicon(self) -> Lexicon:
        """Return the shipped lexicon and the office's own; an office file with a mistake is left out."""
        from knowledge.concepts import office_lexicon, read_folder

        files = read_folder(self.settings.lexicon_dir)
        for problem in (problem for file in files for problem in file.problems):
            log.warning("lexicon file left out: %s", problem)
        return office_lexicon(files)

    @contextmanager
    def open_answerer(self) -> Iterator[Answerer]:
        """
        Open everything that answering needs for the time of the block.

        Raises:
            DanhoiError: what ``open_searcher`` and ``open_conversations`` raise.
        """
        from handlers.answering import Answerer

        searcher = self.open_searcher()
        with self.open_conversations() as conversations:
            yield Answerer(lambda: searcher, conversations, today=self.today)

    def build_index(self, progress: Callable[[Progress], None], *, wordings: bool = True) -> BuildReport:
        """
        Build and publish a new index in a process of its own; see ``run_build`` for *wordings*.

        Raises:
            DanhoiError: what the build raised; the old index is still served.
        """
        from index.build_process import run_build

        settings = self.settings
        report = run_build(settings.database, settings.index_dir, settings.model, progress, wordings=wordings)
        log.info("index built: %s, %d passages", report.generation, report.passages)
        return report
