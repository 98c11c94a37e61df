"""
Goals P2 and S5: no citizen's word and no secret is seen where it does not belong; nobody is let in unasked.

Canaries, words that stand nowhere else, go in by every path, those included that fail. Then all that
the server wrote and tells is searched for them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import httpx
import pytest

from bot.serving.logs import log_as_json
from knowledge.database import open_database
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.posting import Poster
from tests.fault_table import SENDS
from tests.quick_server import TitlesApp, TitlesSearcher, Town, hurry, town, trades_in, until
from tests.serving import SECRET

FORGERIES = 10_000
WORD = "canhbuomdothamkhaosat"  # in what citizens write
FAILING = "nochamsodenvangxanh"  # a question with this word makes the search fail
NAME = "Trần Thị Kim Tước Hoàng Yến"
CITIZEN_ID = "001099123457"
PHONE = "0912345677"
CHAT, OTHER_CHAT = 7_700_112_233, 7_700_112_244
ZALO_CHAT = "zalo5f3a9c1e77"
OA_USER = "8812233445566778899"
METRICS_TOKEN = "the-metrics-token-of-this-test"
CANARIES = (WORD, FAILING, NAME, "Kim Tước", CITIZEN_ID, PHONE, str(CHAT), str(OTHER_CHAT))
CANARIES += (ZALO_CHAT, OA_USER)


class FailingSearcher(TitlesSearcher):
    """Fails with the citizen's own words in the error."""

    def rank(self, query: str, top_k: int = 10, **more):
        if FAILING in query:
            raise RuntimeError(f"cannot rank {query!r} of {NAME}, {CITIZEN_ID}")
        return super().rank(query, top_k, **more)


@pytest.fixture
def _logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    quiet = {
        name: logger.level for name, logger in root.manager.loggerDict.items() if hasattr(logger, "level")
    }
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, was in quiet.items():
        logging.getLogger(name).setLevel(was)


def app(settings):
    settings = replace(settings, log="debug", metrics_token=METRICS_TOKEN)
    log_as_json(settings.log, settings.secrets)
    return TitlesApp(settings, FailingSearcher())


def rows(here: Town, *tables: str) -> str:
    with closing(open_database(here.settings.database)) as database:
        return json.dumps([list(database.execute(f"SELECT * FROM {name}")) for name in tables])


def tell_everything(here: Town) -> None:
    """Bring the canaries by every path that there is."""
    telegram, zalo = here.telegram, here.zalo
    said = f"{WORD} tôi là {NAME}, căn cước {CITIZEN_ID}, điện thoại {PHONE}"
    telegram.text(CHAT, said)
    telegram.text(CHAT, f"ghi danh thêu {WORD}")
    telegram.photo(CHAT, caption=said)
    telegram.contact(CHAT, phone=PHONE)
    telegram.document(CHAT, name=f"{WORD}.pdf")
    telegram.text(CHAT, f"{FAILING} {said}")
    telegram.text(-4_400_112_255, f"@danhoi_bot {said}", user=OTHER_CHAT)
    for kind in ("text_as_number", "no_chat", "date_as_string", "unknown_type"):
        telegram.malformed(kind, OTHER_CHAT)
    here.tell_by_zalo(ZALO_CHAT, said, "msg-1")
    here.tell_by_zalo(ZALO_CHAT, f"{FAILING} {said}", "msg-2")
    zalo.malformed("text_as_number", ZALO_CHAT)
    zalo.malformed("no_message", ZALO_CHAT)
    here.oa.text(OA_USER, said)
    here.oa.image(OA_USER, said)
    here.oa.text(OA_USER, f"{FAILING} {said}")
    here.oa.anonymous_text(OA_USER, f"ghi danh thêu {WORD}")
    for kind in ("text_as_number", "no_sender", "unknown_event"):
        here.oa.malformed(kind, OA_USER)
    url = here.served.url
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": url}
    for nonce, text in (("0123456789a", said), ("0123456789b", f"{FAILING} {said}")):
        httpx.post(f"{url}/hoi", data={"hoi": text, "ma": nonce}, headers=headers, timeout=30)
    httpx.get(f"{url}/{WORD}", params={"q": said}, timeout=30)
    for secret in (WORD, SECRET + WORD):
        call = {"X-Bot-Api-Secret-Token": secret}
        assert httpx.post(f"{url}/zalo-bot", json={"text": said}, headers=call).status_code == 401
    forged = {"app_id": here.oa.app_id, "timestamp": "1784523600000", "message": {"text": said}}
    call = {"X-ZEvent-Signature": f"mac={here.oa.oa_secret}{WORD}"}
    assert httpx.post(f"{url}/zalo-oa", json=forged, headers=call).status_code == 401


def refuse_everything(here: Town) -> None:
    """Let every messenger refuse, with the citizen's numbers and its tokens in what it says."""
    tokens = f"{here.settings.telegram.token} {here.oa.access_token} {here.oa.refresh_token}"
    words = f"Bad Request: no {CITIZEN_ID} in chat {CHAT}, {OA_USER}, +{PHONE}; {tokens} {here.oa.app_secret}"
    here.oa.expire_access_token()
    for code in (500, 401):
        here.oa.faults.queue("oauth", Fault("status", status=code, description=words))
    for name, fake in here.messengers.items():
        for fault in (
            Fault("status", status=500, description=words),
            Fault("status", status=400, description=words),
            Fault("html"),
            Fault("malformed"),
        ):
            fake.faults.queue(SENDS[name], fault)
    here.telegram.faults.queue("getUpdates", Fault("status", status=400, description=words))
    here.telegram.faults.queue("editMessageText", Fault("status", status=400, description=words))


@pytest.mark.usefixtures("_logs")
def test_no_canary_is_seen_in_logs_figures_or_queues(tmp_path, monkeypatch, capfd):
    hurry(monkeypatch)
    with town(tmp_path / "var", app=app) as here:
        refuse_everything(here)
        tell_everything(here)
        here.telegram.text(OTHER_CHAT, "ghi danh gốm")
        until(lambda: here.on_telegram(OTHER_CHAT) == ["gốm"])
        here.oa.text(OA_USER, "ghi danh gốm")
        until(lambda: trades_in(here.oa.answers(OA_USER))[-1:] == ["gốm"])
        until(lambda: here.health()["backlog"] == 0)
        until(lambda: not {"queued", "sending"} & here.health()["outbox"].keys())
        telling = httpx.get(f"{here.served.url}/metrics").text + json.dumps(here.health(), ensure_ascii=False)
        assert "danhoi_updates_failed_total" in telling
        kept = rows(here, "inbox", "outbox")
        secrets = (*here.settings.secrets, METRICS_TOKEN, *here.oa.tokens())
    output = "".join(capfd.readouterr())

    assert "RuntimeError at test_serving_secrets.py" in output, "the search was to fail"
    assert "UnreadableUpdate" in output
    assert "message not sent" in output
    assert "renew: HTTP 500" in output, "the tokens of the account were to be refused, too"
    for line in output.splitlines():
        json.loads(line)  # nothing else is written
    said = [*output.splitlines(), *telling.splitlines()]
    assert [line for line in said if any(canary in line for canary in (*CANARIES, *secrets))] == []
    assert [canary for canary in CANARIES if json.dumps(canary)[1:-1] in kept] == []


def forged(number: int) -> tuple[str, dict[str, str]]:
    """Return one of many calls by somebody who does not know the secret."""
    header = ("X-Telegram-Bot-Api-Secret-Token", "X-Bot-Api-Secret-Token")[number % 2]
    other = ("X-Bot-Api-Secret-Token", "X-Telegram-Bot-Api-Secret-Token")[number % 2]
    place = number // 2 % len(SECRET)
    changed = SECRET[:place] + chr((ord(SECRET[place]) - 31 + number // 64) % 94 + 33) + SECRET[place + 1 :]
    guesses = (
        {},
        {header: ""},
        {header: SECRET[:place]},
        {header: SECRET + chr(33 + number % 94)},
        {header: changed if changed != SECRET else SECRET.upper()},
        {other: SECRET},
        {"Authorization": f"Bearer {SECRET}"},
        {header: SECRET[::-1]},
        {header: f"{SECRET}, {SECRET}"},
        {header: f'"{SECRET}"'},
    )
    return ("/telegram", "/zalo-bot")[number % 2], guesses[number // 2 % len(guesses)]


async def call_all(here: Town) -> Counter[int | None]:
    numbers, seen = itertools.count(), Counter()
    posters = {path: Poster(f"{here.served.url}{path}", 30) for path in ("/telegram", "/zalo-bot")}

    async def calling() -> None:
        while (number := next(numbers)) < FORGERIES:
            path, headers = forged(number)
            chat = {"id": 5, "type": "private", "chat_type": "PRIVATE"}
            message = {"message_id": number, "date": 1, "chat": chat, "from": chat, "text": "khai sinh"}
            update = {"update_id": number, "event_name": "message.text.received", "message": message}
            seen[await posters[path].post(json.dumps(update).encode(), headers)] += 1

    await asyncio.gather(*(calling() for _ in range(16)))
    for poster in posters.values():
        poster.close()
    return seen


def test_ten_thousand_forged_calls_are_refused_and_leave_nothing(tmp_path, monkeypatch):
    hurry(monkeypatch)
    with town(tmp_path / "var", telegram_mode="webhook") as here:
        assert asyncio.run(call_all(here)) == {401: FORGERIES}
        assert json.loads(rows(here, "inbox", "outbox", "chats", "questions")) == [[], [], [], []]

        here.telegram.text(1, "ghi danh gốm")  # who knows the secret is let in
        until(lambda: here.on_telegram(1) == ["gốm"])
