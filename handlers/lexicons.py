"""The curated phrase files in ``lexicon/``; ``knowledge/phrases.py`` says how phrases are written."""

from __future__ import annotations

from pathlib import Path

import yaml

LEXICON = Path(__file__).parent / "lexicon"


def read_lexicon(name: str) -> dict[str, object]:
    """Return the mapping that ``lexicon/<name>.yaml`` holds."""
    with (LEXICON / f"{name}.yaml").open(encoding="utf-8") as file:
        content = yaml.safe_load(file)
    if not isinstance(content, dict):
        raise ValueError(f"{name}.yaml holds {type(content).__name__}, a mapping is needed")
    return content


def phrase_list(value: object) -> list[str]:
    """Return *value*, one entry of a lexicon, as its phrases; an empty entry gives none."""
    return [str(phrase) for phrase in value] if isinstance(value, list) else []
