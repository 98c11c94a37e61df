"""What every test gets: a state folder of its own, databases that are closed, and ``--soak``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long forms of the reliability goals too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, rather than skip: a skipped test is one that could not run."""
    if config.getoption("--soak"):
        return
    long_ones = [item for item in items if "soak" in item.keywords]
    if long_ones:
        config.hook.pytest_deselected(items=long_ones)
        items[:] = [item for item in items if "soak" not in item.keywords]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point DANHOI_HOME into the test's own folder, so that no test touches a real office's state."""
    monkeypatch.setenv("DANHOI_HOME", str(tmp_path / "var"))


@pytest.fixture(autouse=True)
def _close_databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    opened: list[Database] = []  # by this thread; the threads of a server close their own
    here = threading.get_ident()
    usual_init = Database.__init__

    def remembering_init(self: Database, *args: object, **kwargs: object) -> None:
        usual_init(self, *args, **kwargs)
        if threading.get_ident() == here:
            opened.append(self)

    monkeypatch.setattr(Database, "__init__", remembering_init)
    yield
    for database in opened:
        database.close()
