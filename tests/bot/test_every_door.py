"""What doors do alike, whichever messenger is behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from bot.doors.door import Door, NotDelivered, Sending
from bot.messaging.model import Outgoing
from tests import telegram_place, zalo_bot_place, zalo_oa_place
from tests.door_helpers import (
    SECRET,
    UNUSED,
    Call,
    Kept,
    Sleeper,
    free_port,
    kept_open,
    posted,
    refusal,
    sent,
    until,
)
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import FakeTelegram
from tests.fake_messengers.zalo_bot import FakeZaloBot

# --- the webhook -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Webhook:
    """A door that is called, and a call that it takes."""

    door: Callable[[Kept], Door]
    call: Call


WEBHOOKS = {
    "telegram": Webhook(
        lambda intake: telegram_place.door_at(UNUSED, intake, mode="webhook"), telegram_place.CALL
    ),
    "zalo_bot": Webhook(
        lambda intake: zalo_bot_place.door_at(UNUSED, intake, mode="webhook"), zalo_bot_place.CALL
    ),
    "zalo_oa": Webhook(zalo_oa_place.called_door, zalo_oa_place.CALL),
}


@pytest.fixture(params=WEBHOOKS)
def webhook(request: pytest.FixtureRequest) -> Webhook:
    return WEBHOOKS[request.param]


def test_what_is_acknowledged_is_stored_and_what_the_store_refuses_is_not_acknowledged(
    webhook: Webhook,
) -> None:
    intake = Kept()
    assert posted(webhook.door(intake), webhook.call) == [200]
    assert len(intake.updates) == 1

    intake.refuses = True
    assert posted(webhook.door(intake), webhook.call) == [503]


@pytest.mark.parametrize(
    "forge",
    [
        lambda shown: "",
        lambda shown: shown[:-1],
        lambda shown: shown + "x",
        lambda shown: shown.swapcase(),
    ],
)
def test_a_call_that_does_not_show_what_it_should_is_refused_and_not_stored(
    webhook: Webhook, forge: Callable[[str], str]
) -> None:
    intake = Kept()
    body, shown = webhook.call
    forged = {name: forge(value) for name, value in shown.items()}

    assert posted(webhook.door(intake), (body, forged)) == [401]
    assert intake.asked == 0


def test_a_call_that_shows_nothing_or_another_messengers_secret_is_refused(webhook: Webhook) -> None:
    intake = Kept()
    others = [other.call[1] for other in WEBHOOKS.values() if other is not webhook]

    assert posted(webhook.door(intake), *((webhook.call[0], shown) for shown in ({}, *others))) == [401] * 3
    assert intake.asked == 0


def test_a_body_beyond_one_mebibyte_is_refused(webhook: Webhook) -> None:
    intake = Kept()

    assert posted(webhook.door(intake), (b" " * ((1 << 20) + 1), webhook.call[1])) == [413]
    assert intake.asked == 0


@pytest.mark.parametrize("name", ["telegram", "zalo_bot"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff\xfe\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_answered_200_and_not_stored(name: str, body: bytes) -> None:
    intake = Kept()
    webhook = WEBHOOKS[name]

    assert posted(webhook.door(intake), (body, webhook.call[1])) == [200]
    assert intake.asked == 0


@pytest.mark.parametrize("name", ["zalo_bot", "zalo_oa"])
def test_however_much_waits_an_event_is_taken_that_zalo_may_not_bring_again(name: str) -> None:
    intake = Kept()
    intake.is_full = True

    assert posted(WEBHOOKS[name].door(intake), WEBHOOKS[name].call) == [200]
    assert len(intake.updates) == 1


# --- opening, fetching and sending --------------------------------------------------------------------


@dataclass(frozen=True)
class Messenger:
    """A messenger that updates can be asked of, and the place where its door is tried."""

    fake: FakeTelegram | FakeZaloBot
    place: ModuleType
    url: str

    def door(self, intake: Kept | None = None, **options: Any) -> Door:
        found: Door = self.place.door_at(self.url, intake, **options)
        return found

    def calls(self, method: str) -> int:
        return sum(call.method == method for call in self.fake.calls)


@pytest.fixture(params=["telegram", "zalo_bot"])
def messenger(request: pytest.FixtureRequest) -> Iterator[Messenger]:
    fake = FakeTelegram() if request.param == "telegram" else FakeZaloBot()
    place = telegram_place if request.param == "telegram" else zalo_bot_place
    with running(fake) as url:
        yield Messenger(fake, place, url)


def test_a_server_without_an_identity_is_no_messenger(messenger: Messenger) -> None:
    messenger.fake.methods["getMe"] = lambda params: {"is_bot": True}

    assert type(asyncio.run(refusal(messenger.door()))) is NotDelivered


def test_the_webhook_is_set_with_the_secret_and_set_again_when_taken_away(messenger: Messenger) -> None:
    fake = messenger.fake

    async def scenario() -> None:
        sleep = Sleeper()
        door = messenger.door(mode="webhook", sleep=sleep)
        async with kept_open(door) as task:
            assert fake.hook is not None
            assert (fake.hook.url, fake.hook.secret) == (messenger.place.HERE, SECRET)
            fake.hook = None
            await until(lambda: sleep.slept)
            sleep.wakes.set()
            with pytest.raises(NotDelivered):
                await task
        async with kept_open(door):
            assert fake.hook is not None

    asyncio.run(scenario())


def test_while_too_much_waits_no_update_is_fetched(messenger: Messenger) -> None:
    messenger.fake.text(messenger.place.LAN, "khai sinh")

    async def scenario() -> None:
        intake, sleep = Kept(), Sleeper()
        intake.is_full = True
        async with kept_open(messenger.door(intake, sleep=sleep)):
            await until(lambda: sleep.slept)
            assert messenger.calls("getUpdates") == 0
            intake.is_full = False
            sleep.wakes.set()
            await until(lambda: intake.updates)

    asyncio.run(scenario())


@pytest.mark.parametrize("place", [telegram_place, zalo_bot_place])
def test_where_nobody_listens_nothing_was_delivered(place: ModuleType) -> None:
    door = place.door_at(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(NotDelivered) as caught:
        sent(door, Sending(str(place.LAN), Outgoing("Trả lời")))

    assert type(caught.value) is NotDelivered


def test_typing_is_shown_and_its_faults_are_nobodys_concern(messenger: Messenger) -> None:
    fake, address = messenger.fake, messenger.place.LAN
    fake.text(address, "kết hôn")
    fake.faults.queue("sendChatAction", Fault("drop"))

    async def scenario() -> None:
        door = messenger.door()
        await door.show_typing(str(address))
        await door.show_typing(str(address))
        await door.close()

    asyncio.run(scenario())
    assert fake.rules.counts["chat actions"] == 1
