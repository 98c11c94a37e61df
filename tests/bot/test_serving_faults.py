"""Goals R8 and L5: what the network does to one door harms it for a while only, and the other not at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from handlers.messages_doors import SENT_AGAIN
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.telegram_chats import MALFORMED
from tests.killed_server import TRADES
from tests.quick_server import Town, hurry, town, until

FAULTS = {
    "dropped before": Fault("drop"),
    "dropped after": Fault("drop", accepted=True),
    "black hole": Fault("black_hole"),
    "black hole after": Fault("black_hole", accepted=True),
    "too slow": Fault("slow"),
    "a page instead": Fault("html", status=502),
    "a page called right": Fault("html", status=200),
    "half an answer": Fault("malformed"),
    "an error there": Fault("status", status=500),
    "told to wait": Fault("status", status=429, retry_after=0.3),
    "told to wait for some time": Fault("status", status=429),
    "the token refused": Fault("status", status=401),
    "nothing found": Fault("status", status=404),
}
# After these nobody knows whether Zalo showed the message; it is repeated once, with a mark.
UNKNOWN = ("dropped before", "dropped after", "black hole", "black hole after", "too slow")
UNKNOWN += ("a page called right", "half an answer")

_chats = itertools.count(1)


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Iterator[Town]:
    """One server for all faults: it has to live through each of them."""
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch)
        with town(tmp_path_factory.mktemp("faults") / "var") as running:
            yield running


@pytest.fixture(autouse=True)
def _mended(here: Town) -> Iterator[None]:
    yield
    for fake in (here.telegram, here.zalo):
        fake.faults.clear()
        fake.release()
    until(lambda: here.health()["status"] == "ok")


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_telegram_is_told_of_mends_itself_and_stops_nobody_else(here, name):
    chat = next(_chats)
    here.telegram.faults.always("*", FAULTS[name])
    until(lambda: here.door("telegram")["trouble"])
    here.telegram.text(chat, "ghi danh gốm")
    assert here.tell_by_zalo(f"z{chat}", "ghi danh nón", f"broken-{chat}") == 200
    until(lambda: here.on_zalo(f"z{chat}") == ["nón"])
    assert here.on_telegram(chat) == []
    assert here.health()["status"] == "trouble"

    here.telegram.faults.clear()
    here.telegram.release()

    until(lambda: here.on_telegram(chat) == ["gốm"])
    until(lambda: not here.door("telegram")["trouble"])
    here.telegram.text(chat, "ghi danh sơn")
    until(lambda: here.on_telegram(chat) == ["gốm", "sơn"])


@pytest.mark.parametrize("name", FAULTS)
def test_telegram_answers_once_however_a_message_fails(here, name):
    chat = next(_chats)
    for method in ("sendMessage", "editMessageText"):
        here.telegram.faults.queue(method, FAULTS[name])
    here.telegram.text(chat, "ghi danh gốm")
    here.telegram.text(chat, "ghi danh sơn")

    until(lambda: len(here.on_telegram(chat)) == 2)

    assert here.on_telegram(chat) == ["gốm", "sơn"]
    assert here.telegram.rules.violations == []


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "nothing found"])
def test_zalo_answers_once_or_marks_the_repeat_however_a_message_fails(here, name):
    chat = f"once{next(_chats)}"
    here.zalo.faults.queue("sendMessage", FAULTS[name])
    for number, trade in enumerate(("gốm", "sơn")):
        assert here.tell_by_zalo(chat, f"ghi danh {trade}", f"{chat}-{number}") == 200

    until(lambda: here.on_zalo(chat)[-1:] == ["sơn"])

    marked = [text for text in here.zalo.answers(chat) if text.startswith(SENT_AGAIN)]
    assert len(marked) == (1 if name in UNKNOWN else 0)
    doubled = 1 if FAULTS[name].accepted else 0
    assert here.on_zalo(chat) == ["gốm"] * (1 + doubled) + ["sơn"]


def test_a_broken_zalo_is_told_of_mends_itself_and_stops_nobody_else(here):
    chat = next(_chats)
    here.zalo.faults.always("*", Fault("status", status=500))
    until(lambda: here.door("zalo_bot")["trouble"])
    assert here.tell_by_zalo(f"z{chat}", "ghi danh nón", f"zalo-broken-{chat}") == 200
    here.telegram.text(chat, "ghi danh gốm")
    until(lambda: here.on_telegram(chat) == ["gốm"])
    assert here.on_zalo(f"z{chat}") == []

    here.zalo.faults.clear()

    until(lambda: here.on_zalo(f"z{chat}") == ["nón"])
    until(lambda: not here.door("zalo_bot")["trouble"])


def test_a_message_that_zalo_refuses_lets_the_next_one_through(here):
    chat = f"refused{next(_chats)}"
    here.zalo.faults.queue("sendMessage", Fault("status", status=404))
    for number, trade in enumerate(("gốm", "sơn")):
        here.tell_by_zalo(chat, f"ghi danh {trade}", f"{chat}-{number}")

    until(lambda: here.on_zalo(chat) == ["sơn"])


def test_another_machine_that_fetches_telegrams_updates_is_told_of(here):
    chat = next(_chats)
    here.telegram.faults.always("getUpdates", Fault("status", status=409))
    until(lambda: "máy khác" in here.door("telegram")["trouble"])

    here.telegram.faults.clear()
    here.telegram.text(chat, "ghi danh gốm")

    until(lambda: here.on_telegram(chat) == ["gốm"])


def test_who_is_told_to_wait_comes_back_once_and_not_before_time(here):
    chat = next(_chats)
    here.telegram.faults.queue("sendMessage", Fault("status", status=429, retry_after=1))
    before = _sent(here)
    for trade in TRADES:
        here.telegram.text(chat, f"ghi danh {trade}")

    until(lambda: here.on_telegram(chat) == list(TRADES))

    assert _sent(here) - before == len(here.telegram.answers(chat)) + 1
    assert here.telegram.rules.violations == []


def test_what_no_documentation_allows_stops_nothing(here):
    chat = next(_chats)
    number = here.telegram.text(chat, "ghi danh gốm")
    for kind in MALFORMED:
        here.telegram.malformed(kind, chat)
    for kind in (
        "no_message_id",
        "no_chat",
        "date_as_string",
        "text_as_number",
        "no_message",
        "not_an_object",
    ):
        here.zalo.malformed(kind, f"z{chat}")
    here.telegram.duplicate(number)
    first = next(iter(here.telegram.chats[chat]))
    here.telegram.edit(chat, first, "ghi danh nón")
    here.telegram.text(chat, "ghi danh sơn")
    here.tell_by_zalo(f"z{chat}", "ghi danh nón", f"after-{chat}")
    here.tell_by_zalo(f"z{chat}", "ghi danh nón", f"after-{chat}")

    until(lambda: here.on_telegram(chat)[-1:] == ["sơn"])
    until(lambda: here.on_zalo(f"z{chat}") == ["nón"])
    assert here.on_telegram(chat) == ["gốm", "sơn"]


def test_updates_out_of_order_are_all_answered(here):
    chats = [next(_chats) for _ in range(6)]
    here.telegram.pause()
    for chat in chats:
        here.telegram.text(chat, "ghi danh gốm")
    here.telegram.resume("shuffled", seed=3)

    until(lambda: all(here.on_telegram(chat) == ["gốm"] for chat in chats))


@pytest.mark.parametrize("days", [1, -1, 400])
def test_a_clock_that_jumps_stops_and_loses_nothing(here, monkeypatch, days):
    from bot.serving import service

    usual, chat = service.now_ms, next(_chats)
    here.telegram.text(chat, "ghi danh gốm")
    until(lambda: here.on_telegram(chat) == ["gốm"])

    jumped = lambda: usual() + days * 86_400_000  # noqa: E731
    monkeypatch.setattr(here.served.service.answering, "_now_ms", jumped)
    monkeypatch.setattr(here.served.service._intake, "_now_ms", jumped)
    here.telegram.text(chat, "ghi danh sơn")
    here.tell_by_zalo(f"z{chat}", "ghi danh nón", f"clock-{chat}")

    until(lambda: here.on_telegram(chat) == ["gốm", "sơn"])
    until(lambda: here.on_zalo(f"z{chat}") == ["nón"])


def _sent(here: Town) -> int:
    return sum(call.method == "sendMessage" for call in here.telegram.calls)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["dropped before", "dropped after", "an error there"])
def test_two_hundred_questions_through_a_network_that_fails_every_third_call(here, name):
    chats = [next(_chats) for _ in range(10)]
    here.telegram.faults.randomly("*", FAULTS[name], share=0.3, seed=5)
    if name not in UNKNOWN and name != "nothing found":
        here.zalo.faults.randomly("sendMessage", FAULTS[name], share=0.3, seed=6)
    asked: dict[int, list[str]] = {chat: [] for chat in chats}
    for number in range(200):
        chat, trade = chats[number % 10], TRADES[number % len(TRADES)]
        asked[chat].append(trade)
        here.telegram.text(chat, f"ghi danh {trade}")
        assert here.tell_by_zalo(f"often{chat}", f"ghi danh {trade}", f"often-{chat}-{number}") == 200

    until(lambda: all(here.on_zalo(f"often{chat}") == asked[chat] for chat in chats), 300)
    until(lambda: all(len(here.on_telegram(chat)) == len(asked[chat]) for chat in chats), 300)
    assert {chat: here.on_telegram(chat) for chat in chats} == asked
    assert here.telegram.rules.violations == []
