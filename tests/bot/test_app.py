"""What opening the parts does beside opening them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.app import App
from bot.settings import Settings
from handlers.answers import Answer, AnswerStatus, QuestionKind
from handlers.state import NOTHING_IN_HAND

ANSWER = Answer(AnswerStatus.GREETING, QuestionKind.GREETING, "Chào.", ("Chào.",))


@pytest.mark.parametrize(("today", "kept"), [(date(2026, 8, 18), 1), (date(2026, 8, 19), 0)])
def test_whoever_opens_the_conversations_deletes_what_expired(tmp_path, monkeypatch, today, kept):
    monkeypatch.setattr("handlers.conversations._now", lambda: "2026-07-20T12:00:00.000+00:00")
    app = App(Settings(tmp_path / "var"), today=lambda: today)
    with app.open_conversations() as conversations:
        conversations.record("tg:1", "chào", ANSWER, NOTHING_IN_HAND)
    with app.open_conversations() as conversations:
        assert sum(conversations.counts().values()) == kept
