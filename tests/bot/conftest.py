"""The command in this process, and the bundled sample, loaded and built once for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.app import App
from bot.cli import cli
from bot.sample import load_sample
from bot.settings import Settings
from tests.zalo_oa_place import Place, a_place

Danhoi = Callable[..., Result]

A_DAY = date(2026, 7, 20)  # answers may mention the age of the knowledge


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a state folder with the sample and its index. Do not write to it; take ``home``."""
    app = App(Settings(tmp_path_factory.mktemp("sample") / "var"))
    with app.open_store() as store:
        load_sample(store)
    app.build_index(lambda progress: None)
    return app.settings.home


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """Give this test's own DANHOI_HOME with the sample and its index."""
    copy = Path(shutil.copytree(sample_home, tmp_path / "var", symlinks=True, ignore=_index))
    # A published generation is never written to, so its files can be shared.
    shutil.copytree(sample_home / "index", copy / "index", symlinks=True, copy_function=os.link)
    return copy


def _index(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "index"]


@pytest.fixture
def danhoi(tmp_path: Path) -> Danhoi:
    """Run ``danhoi ARGS`` in this process on this test's DANHOI_HOME, on ``A_DAY``."""

    def run(*arguments: str, input: str | bytes = "") -> Result:
        app = App(Settings(tmp_path / "var"), today=lambda: A_DAY)
        return CliRunner().invoke(cli, list(arguments), input=input, obj=app, prog_name="danhoi")

    return run


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Run a Zalo Official Account to which a citizen wrote once."""
    with a_place(tmp_path) as found:
        yield found
