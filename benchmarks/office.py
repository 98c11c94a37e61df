"""An office with the whole national catalogue, made by the real commands in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bot.app import App
from bot.settings import Settings

CATALOGUE = "national_procedures_2026-07-18.jsonl.gz"
QUESTIONS = "questions_dev.jsonl"
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the data lie, and the office; ``built`` says whether its index is there already."""

    data: Path
    home: Path

    @property
    def questions(self) -> Path:
        """The labelled questions."""
        return self.data / QUESTIONS

    @property
    def app(self) -> App:
        """The parts of the office's program."""
        return App(Settings(self.home))

    def danhoi(self, *arguments: str) -> float:
        """Run ``danhoi`` with *arguments* in a process of its own; return the seconds it took."""
        started = time.perf_counter()
        environment = os.environ | {"DANHOI_HOME": str(self.home)}
        command = [sys.executable, "-m", "bot", *arguments]
        subprocess.run(command, check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started

    def prepare(self) -> None:
        """Import the catalogue and build the index, unless they are there."""
        if not (self.home / "danhoi.db").exists():
            self.danhoi("knowledge", "import", str(self.data / CATALOGUE))
        if not (self.home / "index" / "current").exists():
            self.danhoi("index", "build")
