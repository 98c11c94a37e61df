"""Imported by the process that servers are forked from: everything loaded, and one question answered."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from handlers.answering import Answerer
from handlers.answers import Question
from handlers.conversations import Conversations
from knowledge.database import open_database
from tests.fakes_handlers import FakeSearcher
from tests.killed_server import trade_procedures

with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder) / "warm.db")) as database:
    searcher = FakeSearcher(trade_procedures())
    Answerer(lambda: searcher, Conversations(database)).answer(Question("ghi danh gốm", "test/1"))
