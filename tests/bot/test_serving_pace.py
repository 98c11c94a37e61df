"""
Goal L6: no messenger is sent more than it allows, in whichever second or minute it looks; and memory stays.

The long form, 100,000 messages, is a part of ``make bench``.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.messaging.buckets import Bucket
from bot.serving import sending
from tests.paced_sending import send_all
from tests.simulated_time import run_simulated

MESSAGES = {"telegram": 600, "zalo_bot": 150, "zalo_oa": 250}
CHATS = 15  # a group of these gets 40 messages: twice what a minute allows


def test_strict_messengers_find_nothing_too_fast(tmp_path):
    sent, seconds = run_simulated(send_all(tmp_path, MESSAGES, CHATS))

    assert sent.broken == []
    assert sent.messages == MESSAGES
    assert seconds > 60  # a group's minutes were waited for, though not here


def test_a_handful_at_once_would_be_found(tmp_path, monkeypatch):
    """That the messengers of the test above are strict: a bucket that lets a second's worth go at once."""

    def generous(capacity: float, per_second: float) -> Bucket:
        return Bucket(max(capacity, per_second), per_second)

    monkeypatch.setattr(sending, "Bucket", generous)

    sent, _ = run_simulated(send_all(tmp_path, MESSAGES, 200))

    assert any("overall" in broken for broken in sent.broken)


def test_an_hour_passes_at_once_in_simulated_time():
    _, seconds = run_simulated(asyncio.sleep(3600))

    assert seconds == pytest.approx(3600)
