"""Sentences that no procedure answers: questions of law, and lines people wrote to each other."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path


def off_topic_sentences(data: Path, count: int, seed: int = 3) -> list[str]:
    """Return *count* sentences from the shared data: half law questions, half everyday chat."""
    rng = random.Random(seed)
    law = [
        json.loads(line)["question"]
        for line in (data / "text/zalo2021_questions_without_lite.jsonl").read_text("utf-8").splitlines()
    ]
    with (data / "text/vilexnorm/train.csv").open(encoding="utf-8", newline="") as file:
        chat = [row["original"] for row in csv.DictReader(file)]
    half = count // 2
    return rng.sample(law, min(half, len(law))) + rng.sample(chat, min(count - half, len(chat)))
