"""
Answer the labelled questions in one thread and say how long it took and how much memory it needs.

    python -m benchmarks.answering HOME QUESTIONS

In a process of its own, so that nothing else is counted; prints one JSON object.
"""

from __future__ import annotations

import os

# Before numpy and FAISS are loaded: one thread is what is measured.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

from bot.app import App
from bot.evaluating import throwaway_conversations
from bot.settings import Settings
from handlers.answering import Answerer
from handlers.answers import Question
from index.labelled import read_labelled


class Answering(msgspec.Struct, frozen=True):
    """Milliseconds per question, of the first and of the second round, and memory in MiB at the end."""

    open_seconds: float
    first_answer_ms: float
    first_round_p50_ms: float
    first_round_p99_ms: float
    p50_ms: float
    p99_ms: float
    steps_p50_ms: float  # without storing question and answer
    steps_p99_ms: float
    resident_mib: float
    peak_mib: float


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("questions", type=Path)
    arguments = parser.parse_args()
    texts = [question.question for question in read_labelled(arguments.questions)]
    sys.stdout.buffer.write(msgspec.json.encode(measure(App(Settings(arguments.home)), texts)))
    return 0


def measure(app: App, texts: list[str]) -> Answering:
    """Ask *texts* twice, each in a conversation of its own."""
    started = time.perf_counter()
    searcher = app.open_searcher()
    with throwaway_conversations() as conversations:
        answerer = Answerer(lambda: searcher, conversations, today=app.today)
        opened = time.perf_counter() - started
        first, _ = _round(answerer, texts, "first")
        warm, steps = _round(answerer, texts, "second")
        memory = _memory_mib()
    return Answering(
        open_seconds=opened,
        first_answer_ms=first[0],
        first_round_p50_ms=float(np.percentile(first, 50)),
        first_round_p99_ms=float(np.percentile(first, 99)),
        p50_ms=float(np.percentile(warm, 50)),
        p99_ms=float(np.percentile(warm, 99)),
        steps_p50_ms=float(np.percentile(steps, 50)),
        steps_p99_ms=float(np.percentile(steps, 99)),
        resident_mib=memory["VmRSS"],
        peak_mib=memory["VmHWM"],
    )


def _round(answerer: Answerer, texts: list[str], name: str) -> tuple[list[float], list[float]]:
    whole, steps = [], []
    for number, text in enumerate(texts):
        started = time.perf_counter()
        answer = answerer.answer(Question(text, f"{name}/{number}"))
        whole.append((time.perf_counter() - started) * 1000)
        steps.append(sum(step.ms for step in answer.trace))
    return whole, steps


def _memory_mib() -> dict[str, float]:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines)
    return {name: int(value.split()[0]) / 1024 for name, value in pairs if name in ("VmRSS", "VmHWM")}


if __name__ == "__main__":
    sys.exit(main())
