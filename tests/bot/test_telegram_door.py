"""The Telegram door: the real SDK against a strict server on loopback."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doors.door import (
    ChatClosed,
    DoorRefused,
    MaybeDelivered,
    MessageRefused,
    NotDelivered,
    Sending,
    SendingError,
    SlowDown,
    UnreadableUpdate,
)
from bot.doors.telegram import TelegramDoor
from bot.doors.telegram_form import LIMIT, to_html
from bot.messaging.model import Button, Event, Incoming, Media, Outgoing, Reply
from bot.messaging.splitting import utf16_length
from handlers.messages_doors import BOT_DESCRIPTION, BOT_SHORT_DESCRIPTION, COMMAND_TEXTS, COMMANDS, TYPING
from tests.door_helpers import (
    NOON,
    UNUSED,
    Kept,
    Sleeper,
    Sleepless,
    app_of,
    forget,
    free_port,
    kept_open,
    patience,
    posted,
    refusal,
    sent,
    told,
    until,
)
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import TOKEN, FakeTelegram
from tests.fake_messengers.telegram_chats import MALFORMED
from tests.fake_messengers.wire import Params, Request
from tests.fake_messengers.wire import Reply as HttpReply
from tests.telegram_place import CALL, HERE, LAN, SHOWN, door_at


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
def url(telegram: FakeTelegram) -> Iterator[str]:
    with running(telegram) as address:
        yield address


# --- opening -------------------------------------------------------------------------------------


def test_opening_shows_the_commands_and_what_the_bot_is(telegram: FakeTelegram, url: str) -> None:
    async def scenario() -> None:
        door = door_at(url)
        async with kept_open(door):
            assert door.health.opened
            assert door.health.last_contact == NOON
        assert not door.health.opened

    asyncio.run(scenario())

    [commands] = telegram.commands.values()
    assert [(command["command"], command["description"]) for command in commands] == list(COMMANDS)
    assert set(telegram.descriptions.values()) == {BOT_DESCRIPTION, BOT_SHORT_DESCRIPTION}


def test_a_refused_token_says_which_setting_to_mend_and_never_itself(
    telegram: FakeTelegram, url: str
) -> None:
    door = door_at(url, token="7000000001:wrong-token")

    error = asyncio.run(refusal(door))

    assert isinstance(error, DoorRefused)
    assert "DANHOI_TELEGRAM_TOKEN" in door.health.trouble
    assert "wrong-token" not in told(error) + door.health.trouble


def test_polling_removes_a_webhook_and_keeps_what_waited(telegram: FakeTelegram, url: str) -> None:
    telegram.pause()
    telegram.text(LAN, "khai sinh")
    intake = Kept()

    async def scenario() -> None:
        async with httpx.AsyncClient() as client:
            await client.post(f"{url}/bot{TOKEN}/setWebhook", json={"url": "https://elsewhere.example/x"})
        async with kept_open(door_at(url, intake)):
            telegram.resume()
            await until(lambda: intake.updates)

    asyncio.run(scenario())

    assert telegram.hook is None
    assert "khai sinh" in json.loads(intake.updates[0].raw)["message"]["text"]


def test_a_webhook_that_telegram_cannot_call_is_told_to_staff(telegram: FakeTelegram, url: str) -> None:
    telegram.methods["getWebhookInfo"] = lambda params: {
        "url": HERE,
        "has_custom_certificate": False,
        "pending_update_count": 3,
        "last_error_message": "SSL error {certificate verify failed}",
    }

    async def scenario() -> str:
        sleep = Sleeper()
        door = door_at(url, mode="webhook", sleep=sleep)
        async with kept_open(door):
            await until(lambda: sleep.slept)
            sleep.wakes.set()
            await until(lambda: door.health.trouble)
            return door.health.trouble

    trouble = asyncio.run(scenario())
    assert HERE in trouble
    assert "certificate verify failed" in trouble
    assert "3 tin đang chờ" in trouble


# --- taking updates in -----------------------------------------------------------------------------


def test_an_update_is_acknowledged_only_after_it_is_stored(telegram: FakeTelegram, url: str) -> None:
    telegram.text(LAN, "khai sinh")

    async def scenario() -> None:
        intake = Kept()
        intake.may_store.clear()
        async with kept_open(door_at(url, intake)):
            await until(lambda: intake.asked)
            assert telegram.outstanding() == 1
            intake.may_store.set()
            await until(lambda: telegram.outstanding() == 0)

    asyncio.run(scenario())


def test_what_the_store_refuses_stays_at_telegram_and_comes_again(telegram: FakeTelegram, url: str) -> None:
    number = telegram.text(LAN, "khai sinh")
    intake = Kept()
    intake.refuses = True
    door = door_at(url, intake)

    error = asyncio.run(refusal(door))
    assert type(error).__mro__[1] is NotDelivered
    assert telegram.outstanding() == 1
    assert "cơ sở dữ liệu" in door.health.trouble

    async def scenario() -> None:
        async with kept_open(door):
            await until(lambda: telegram.outstanding() == 0)

    intake.refuses = False
    asyncio.run(scenario())
    assert [(update.key, update.lane) for update in intake.updates] == [(str(number), str(LAN))]


def what_is_read(door: TelegramDoor, raw: str) -> str:
    try:
        incoming = door.read(raw)
    except UnreadableUpdate as error:
        return str(error)
    return "" if incoming is None else incoming.address


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_update_holds_up_no_other(telegram: FakeTelegram, url: str, kind: str) -> None:
    telegram.malformed(kind, chat=LAN)

    async def scenario() -> None:
        intake = Kept()
        door = door_at(url, intake, sleep=Sleepless())
        async with kept_open(door):
            await until(lambda: intake.updates)
            number = telegram.text(LAN, "khai sinh")
            await until(lambda: intake.updates[-1].key == str(number))
            await until(lambda: telegram.outstanding() == 0)
        assert "hỏng" not in what_is_read(door, intake.updates[0].raw)

    asyncio.run(scenario())


def test_an_update_that_comes_twice_has_the_same_key(telegram: FakeTelegram, url: str) -> None:
    async def scenario() -> list[str]:
        intake = Kept()
        async with kept_open(door_at(url, intake)):
            number = telegram.text(LAN, "khai sinh")
            await until(lambda: intake.updates)
            telegram.duplicate(number)
            await until(lambda: len(intake.updates) == 2)
        return [update.key for update in intake.updates]

    first, second = asyncio.run(scenario())
    assert first == second


# Of what a broken server answers, nothing may be logged: citizens' words may stand in it.
ANSWERED = ("<html>", '"message_id"')

POLLING_FAULTS = {
    "401": (Fault("status", 401), DoorRefused),
    "404": (Fault("status", 404), DoorRefused),
    "409": (Fault("status", 409), NotDelivered),
    "429 with advice": (Fault("status", 429, retry_after=7), SlowDown),
    "429 without": (Fault("status", 429), SlowDown),
    "500": (Fault("status", 500), NotDelivered),
    "502": (Fault("status", 502), NotDelivered),
    "a proxy's page": (Fault("html", 502), NotDelivered),
    "a page that says 200": (Fault("html", 200), NotDelivered),
    "cut JSON": (Fault("malformed"), NotDelivered),
    "dropped": (Fault("drop"), NotDelivered),
    "dropped after it was taken": (Fault("drop", accepted=True), NotDelivered),
    "never answered": (Fault("black_hole"), NotDelivered),
}


@pytest.mark.parametrize("name", POLLING_FAULTS)
def test_polling_is_opened_again_after_every_fault_and_nothing_is_lost(
    telegram: FakeTelegram, url: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, kind = POLLING_FAULTS[name]
    telegram.text(LAN, "tên tôi là Lan")
    telegram.faults.queue("getUpdates", fault)
    intake = Kept()
    sleep = Sleepless()
    door = door_at(url, intake, sleep=sleep, answer_seconds=patience(fault))
    error = asyncio.run(refusal(door))

    assert isinstance(error, kind)
    assert door.health.trouble
    assert not door.health.opened
    assert sleep.slept == ([error.seconds] if isinstance(error, SlowDown) else [])
    for secret in (TOKEN, "tên tôi là Lan", *ANSWERED):
        assert secret not in told(error) + door.health.trouble + caplog.text

    async def again() -> None:
        door = door_at(url, intake)
        async with kept_open(door):
            await until(lambda: intake.updates)

    asyncio.run(again())


def test_a_second_poller_is_named_to_staff(telegram: FakeTelegram, url: str) -> None:
    async def scenario() -> str:
        first, second = door_at(url), door_at(url)
        async with kept_open(first) as task:
            await until(lambda: [call for call in telegram.calls if call.method == "getUpdates"])
            async with kept_open(second):
                with pytest.raises(NotDelivered):
                    await task
        return first.health.trouble

    assert "máy khác" in asyncio.run(scenario())


# --- the webhook -----------------------------------------------------------------------------------


def test_a_secret_of_letters_beyond_ascii_is_only_wrong() -> None:
    door = door_at(UNUSED, mode="webhook")

    assert posted(door, (CALL[0], {name: "bí-mật".encode() for name in SHOWN})) == [401]


def test_without_a_secret_in_the_settings_every_call_is_refused() -> None:
    door = door_at(UNUSED, mode="webhook", secret="")

    assert posted(door, (CALL[0], dict.fromkeys(SHOWN, ""))) == [401]


def test_a_polling_door_has_no_webhook() -> None:
    assert door_at(UNUSED).routes() == ()


def test_a_webhook_call_is_answered_200_after_it_is_stored() -> None:
    intake = Kept()

    assert posted(door_at(UNUSED, intake, mode="webhook"), CALL) == [200]
    assert [(update.key, update.lane) for update in intake.updates] == [("7", str(LAN))]


def test_while_too_much_waits_a_call_is_asked_for_again() -> None:
    intake = Kept()
    intake.is_full = True

    assert posted(door_at(UNUSED, intake, mode="webhook"), CALL) == [503]


def test_half_a_character_in_an_update_can_be_stored_and_read() -> None:
    intake = Kept()
    door = door_at(UNUSED, intake, mode="webhook")
    body = CALL[0].replace(json.dumps("chào").encode(), rb'"ch\ud83d!"')

    assert posted(door, (body, SHOWN)) == [200]
    assert intake.updates[0].raw.isascii()
    incoming = door.read(intake.updates[0].raw)
    assert incoming is not None
    assert incoming.text.encode() == "ch�!".encode()


def test_telegram_brings_updates_to_the_webhook_again_until_they_are_stored(
    telegram: FakeTelegram, url: str
) -> None:
    intake = Kept()
    intake.refuses = True
    port = free_port()
    door = door_at(url, intake, mode="webhook", public_url=f"http://127.0.0.1:{port}")
    with running(app_of(door), port):
        telegram.wait_for(lambda: telegram.hook)
        telegram.text(LAN, "khai sinh")
        telegram.wait_for(lambda: telegram.attempts)
        assert telegram.attempts[0].status == 503
        intake.refuses = False
        telegram.wait_for(lambda: telegram.outstanding() == 0)

    assert len(intake.updates) == 1


# --- presses ---------------------------------------------------------------------------------------


def test_a_press_is_answered_at_once_after_it_is_stored(telegram: FakeTelegram, url: str) -> None:
    async def scenario() -> None:
        intake = Kept()
        door = door_at(url, intake)
        async with kept_open(door):
            telegram.text(LAN, "khai sinh")
            await until(lambda: intake.asked == 1)  # or both would come in one fetch
            reply = Outgoing("Chọn:", ((Button("1. Khai sinh", "f:1.001193:full"),),))
            await door.send(Sending(str(LAN), reply), forget)
            intake.may_store.clear()
            query = telegram.press(LAN, "1. Khai sinh")
            await until(lambda: intake.asked == 2)
            assert telegram.callbacks[query] is None
            intake.may_store.set()
            await until(lambda: telegram.callbacks[query] is not None)
            await until(lambda: len(intake.updates) == 2)
            incoming = door.read(intake.updates[1].raw)
            assert incoming is not None
            assert incoming.address == str(LAN)
            assert "1.001193" in incoming.text

    asyncio.run(scenario())


def test_a_press_that_cannot_be_answered_is_stored_all_the_same(telegram: FakeTelegram, url: str) -> None:
    telegram.faults.always("answerCallbackQuery", Fault("status", 400))

    async def scenario() -> None:
        intake = Kept()
        door = door_at(url, intake)
        async with kept_open(door) as task:
            telegram.text(LAN, "khai sinh")
            await door.send(Sending(str(LAN), Outgoing("Chọn:", ((Button("1", "s"),),))), forget)
            telegram.press(LAN, "1")
            await until(lambda: len(intake.updates) == 2)
            await until(lambda: [call for call in telegram.calls if call.method == "answerCallbackQuery"])
            assert not task.done()

    asyncio.run(scenario())


# --- reading ---------------------------------------------------------------------------------------


def read(update: Params) -> Incoming | None:
    return door_at(UNUSED).read(json.dumps(update))


def message(**content: Any) -> Params:
    chat = {"id": LAN, "type": "private"}
    return {
        "update_id": 1,
        "message": {"message_id": 5, "from": {"id": LAN, "is_bot": False}, "chat": chat} | content,
    }


def in_group(**content: Any) -> Params:
    return message(chat={"id": -77, "type": "supergroup"}, **content)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("  khai sinh  ", "khai sinh"),
        ("/trogiup", "trợ giúp"),
        ("/help", "trợ giúp"),
        ("/lienhe", COMMAND_TEXTS["lienhe"]),
        ("/canbo", "gặp cán bộ"),
        ("/canbo nhà tôi bị ngập", "gặp cán bộ: nhà tôi bị ngập"),
        ("/XoaDuLieu", "/xoadulieu"),
        ("/xoa", "/xoa"),
        ("/xoa@danhoi_bot", "/xoa"),
        ("/unknown", "/unknown"),
        ("/xoa@another_bot_of_others", "/xoa@another_bot_of_others"),
        ("", ""),
    ],
)
def test_a_text_and_a_command_are_read_as_the_core_understands_them(typed: str, understood: str) -> None:
    assert read_with_name(message(text=typed)) == Incoming(str(LAN), text=understood)


@pytest.mark.parametrize("typed", ["/start", "/start abc", "/START@danhoi_bot"])
def test_start_is_a_first_contact(typed: str) -> None:
    assert read_with_name(message(text=typed)) == Incoming(str(LAN), Event.START)


def test_a_caption_is_a_question_and_the_picture_is_passed_over() -> None:
    assert read(message(photo=[{}], caption="giấy này nộp ở đâu")) == Incoming(
        str(LAN), text="giấy này nộp ở đâu"
    )


@pytest.mark.parametrize(
    ("field", "media"),
    [
        ("photo", Media.PHOTO),
        ("voice", Media.VOICE),
        ("audio", Media.VOICE),
        ("sticker", Media.STICKER),
        ("video", Media.VIDEO),
        ("video_note", Media.VIDEO),
        ("animation", Media.VIDEO),
        ("document", Media.FILE),
        ("location", Media.LOCATION),
        ("venue", Media.LOCATION),
        ("contact", Media.CONTACT),
        ("poll", Media.OTHER),
        ("dice", Media.OTHER),
    ],
)
def test_media_are_named_and_nothing_in_them_is_read(field: str, media: Media) -> None:
    content = {"venue": {}, "location": {}} if field == "venue" else {field: {}}
    content |= {"document": {}} if field == "animation" else {}

    assert read(message(**content)) == Incoming(str(LAN), Event.MEDIA, media=media)


@pytest.mark.parametrize(
    "update",
    [
        message(pinned_message={}),
        message(new_chat_members=[]),
        message(text="chào", **{"from": {"id": 3, "is_bot": True}}),
        message(text="chào", chat={"id": -3, "type": "channel"}),
        {"update_id": 1, "edited_message": message(text="sửa")["message"]},
        {"update_id": 1, "channel_post": message(text="bài")["message"]},
        {"update_id": 1, "callback_query": {"id": "1", "from": {"id": LAN}, "data": "s"}},
        {
            "update_id": 1,
            "callback_query": {"id": "1", "message": message()["message"], "data": "delete everything"},
        },
        {
            "update_id": 1,
            "my_chat_member": {
                "chat": {"id": LAN, "type": "private"},
                "new_chat_member": {"status": "member"},
            },
        },
        {"update_id": 1},
    ],
)
def test_what_needs_no_answer_is_nothing(update: Params) -> None:
    assert read(update) is None


def test_who_blocks_the_bot_is_told_to_the_core() -> None:
    change = {"chat": {"id": LAN, "type": "private"}, "new_chat_member": {"status": "kicked"}}

    assert read({"update_id": 1, "my_chat_member": change}) == Incoming(str(LAN), Event.BLOCKED)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "{",
        json.dumps(message(text=7)),
        json.dumps(message(text="bí mật của Lan", chat={"id": LAN})),
        json.dumps(message(text="bí mật của Lan", chat={"type": "private"})),
        json.dumps(message(text="bí mật của Lan", chat=None)),
        json.dumps({"update_id": 1, "message": "bí mật của Lan"}),
        json.dumps(
            {"update_id": 1, "callback_query": {"message": message()["message"], "data": ["bí mật của Lan"]}}
        ),
    ],
)
def test_an_update_that_is_not_as_documented_is_unreadable_and_told_without_its_words(raw: str) -> None:
    with pytest.raises(UnreadableUpdate) as caught:
        door_at(UNUSED).read(raw)

    assert "Lan" not in str(caught.value)
    assert str(LAN) not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "update_id message callback_query my_chat_member chat from id type text data".split()
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_has_a_key_and_a_lane_and_is_read_or_refused(raw: object) -> None:
    from bot.doors.telegram_updates import Me, read, update_of

    update = update_of(raw)
    assert update.key
    try:
        incoming = read(update.raw, Me("1"))
    except UnreadableUpdate:
        return
    assert incoming is None or incoming.address == update.lane


def read_with_name(update: Params) -> Incoming | None:
    from bot.doors.telegram_updates import Me, read

    return read(json.dumps(update), Me(TOKEN.partition(":")[0], "danhoi_bot"))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"text": "@danhoi_bot khai sinh cần gì"}, "khai sinh cần gì"),
        ({"text": "khai sinh @DanHoi_Bot cần gì?"}, "khai sinh cần gì?"),
        ({"text": "@danhoi_bot, khai sinh"}, "khai sinh"),
        ({"text": "@danhoi_bot"}, ""),
        ({"caption": "@danhoi_bot nộp ở đâu", "photo": [{}]}, "nộp ở đâu"),
        ({"text": "thế phí?", "reply_to_message": {"from": {"id": 7_000_000_001}}}, "thế phí?"),
        ({"text": "/trogiup"}, "trợ giúp"),
        ({"text": "/canbo@danhoi_bot"}, "gặp cán bộ"),
    ],
)
def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(content: Params, text: str) -> None:
    assert read_with_name(in_group(**content)) == Incoming("-77", text=text, person=str(LAN), quotes="5")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "chào cả nhà"},
        {"text": "hỏi @danhoi_bot_khac nhé"},
        {"text": "thư: a@danhoi_bot"},
        {"text": "/mute"},
        {"text": "/start@another_bot"},
        {"text": "ừ", "reply_to_message": {"from": {"id": 12}}},
        {"photo": [{}]},
    ],
)
def test_in_a_group_what_others_say_to_each_other_is_none_of_ours(content: Params) -> None:
    assert read_with_name(in_group(**content)) is None


def test_a_press_in_a_group_belongs_to_whoever_pressed() -> None:
    query = {"id": "9", "from": {"id": LAN}, "data": "s", "message": in_group()["message"]}

    assert read_with_name({"update_id": 1, "callback_query": query}) == Incoming(
        "-77", text="gặp cán bộ", person=str(LAN), quotes="5"
    )


# --- what is shown ---------------------------------------------------------------------------------


def test_buttons_stand_under_the_last_part_only_and_the_greeting_is_a_message_of_its_own() -> None:
    long_name = "2. Đăng ký khai sinh có yếu tố nước ngoài tại khu vực biên giới"
    reply = Reply(
        sections=("Phần một. " * 200, "Phần hai. " * 200),
        notice="Kính chào ông/bà!",
        choices=(Button("1. Đăng ký khai sinh", "c:1:4"), Button(long_name, "c:2:4")),
        more=(*(Button(f"Mục {number}", f"f:1:{number}") for number in range(7)), Button("Đủ", "f:1:full")),
        rating=(Button("👍", "r:4:0"), Button("👎", "r:4:1")),
    )

    notice, first, last = door_at(UNUSED).render(reply)

    assert notice == Outgoing("Kính chào ông/bà!")
    assert first.rows == ()
    assert [[button.label for button in row] for row in last.rows] == [
        ["1. Đăng ký khai sinh"],
        ["2. Đăng ký khai sinh có yếu tố nước…"],
        ["Mục 0", "Mục 1", "Mục 2"],
        ["Mục 3", "Mục 4", "Đủ"],
        ["Gặp cán bộ"],
        ["👍", "👎"],
    ]
    assert all(utf16_length(part.text) <= LIMIT for part in (first, last))


def test_what_the_buttons_say_is_not_written_out_above_them() -> None:
    answer = (
        "Lệ phí: 8.000 đồng",
        "Ông/bà có thể hỏi tiếp: giấy tờ. Gõ “đầy đủ” để xem toàn bộ.",
        "Nguồn: một",
    )
    more = (Button("Giấy tờ", "f:1:documents"), Button("Xem đầy đủ", "f:1:full"))

    (with_buttons,) = door_at(UNUSED).render(Reply(answer, more=more))
    (without,) = door_at(UNUSED).render(Reply(answer))

    assert with_buttons.text == "Lệ phí: 8.000 đồng\n\nNguồn: một"
    assert "hỏi tiếp" in without.text


@given(st.text())
def test_every_text_survives_as_html(text: str) -> None:
    assert html.unescape(re.sub(r"</?b>", "", to_html(text))) == text


def test_the_title_and_the_headings_are_bold_and_nothing_else() -> None:
    text = "Cơ quan trả lời – Kết hôn & ly hôn\nGiấy tờ cần có:\n- Đơn:\nNộp <tại> xã."

    assert to_html(text) == (
        "<b>Cơ quan trả lời – Kết hôn &amp; ly hôn</b>\n<b>Giấy tờ cần có:</b>\n- Đơn:\nNộp &lt;tại&gt; xã."
    )


# --- sending ---------------------------------------------------------------------------------------

ANSWER = Outgoing("Cơ quan trả lời – Kết hôn\nPhí < 5.000 đồng & miễn", ((Button("👍", "r:1:0"),),))


def test_an_answer_goes_into_a_placeholder_whose_name_is_kept_first(telegram: FakeTelegram, url: str) -> None:
    telegram.text(LAN, "kết hôn")
    texts: list[str] = []

    async def remember(message_id: str) -> None:
        texts.append(telegram.chats[LAN][int(message_id)].text)

    name = sent(door_at(url), Sending(str(LAN), ANSWER), remember)

    shown = telegram.chats[LAN][int(name)]
    assert texts == [TYPING]
    assert shown.text == ANSWER.text
    assert shown.html == "<b>Cơ quan trả lời – Kết hôn</b>\nPhí &lt; 5.000 đồng &amp; miễn"
    assert [[button["callback_data"] for button in row] for row in shown.buttons] == [["r:1:0"]]
    assert telegram.calls[-1].params["link_preview_options"] == {"is_disabled": True}


def test_a_placeholder_that_stands_there_is_filled(telegram: FakeTelegram, url: str) -> None:
    telegram.text(LAN, "kết hôn")
    name = sent(door_at(url), Sending(str(LAN), Outgoing("…")))

    assert sent(door_at(url), Sending(str(LAN), ANSWER, name)) == name
    assert telegram.answers(LAN) == [ANSWER.text]


def test_an_edit_made_already_is_a_success(telegram: FakeTelegram, url: str) -> None:
    telegram.text(LAN, "kết hôn")
    name = sent(door_at(url), Sending(str(LAN), ANSWER))

    assert sent(door_at(url), Sending(str(LAN), ANSWER, name)) == name
    assert telegram.answers(LAN) == [ANSWER.text]


def test_a_placeholder_that_the_citizen_deleted_is_sent_anew(telegram: FakeTelegram, url: str) -> None:
    telegram.text(LAN, "kết hôn")
    name = sent(door_at(url), Sending(str(LAN), Outgoing("…")))
    telegram.chats[LAN][int(name)].deleted = True
    kept: list[str] = []

    async def remember(message_id: str) -> None:
        kept.append(message_id)

    anew = sent(door_at(url), Sending(str(LAN), ANSWER, name), remember)

    assert [anew] == kept
    assert telegram.answers(LAN) == [ANSWER.text]


def test_in_a_group_the_answer_quotes_the_question_if_it_is_still_there(
    telegram: FakeTelegram, url: str
) -> None:
    telegram.text(-77, "@danhoi_bot kết hôn", user=LAN)
    [question] = telegram.chats[-77]
    for quotes in (str(question), "999"):
        sent(door_at(url), Sending("-77", Outgoing("Trả lời", quotes=quotes)))

    assert [line["reply_to"] for line in telegram.screen(-77) if line["from_bot"]] == [question, None]


# What became of the placeholder, and of its filling.
SENDING_FAULTS: dict[str, tuple[Fault, type[SendingError], type[SendingError]]] = {
    "401": (Fault("status", 401), DoorRefused, DoorRefused),
    "404": (Fault("status", 404), DoorRefused, DoorRefused),
    "400": (Fault("status", 400), MessageRefused, MessageRefused),
    "no such chat": (Fault("status", 400, description="Bad Request: chat not found"), ChatClosed, ChatClosed),
    "blocked": (Fault("status", 403, description="Forbidden: bot was blocked"), ChatClosed, ChatClosed),
    "409": (Fault("status", 409), NotDelivered, NotDelivered),
    "429 with advice": (Fault("status", 429, retry_after=7), SlowDown, SlowDown),
    "429 without": (Fault("status", 429), SlowDown, SlowDown),
    "500": (Fault("status", 500), NotDelivered, NotDelivered),
    "a proxy's page": (Fault("html", 502), NotDelivered, NotDelivered),
    "a proxy's page, 400": (Fault("html", 400), NotDelivered, NotDelivered),
    "a proxy's page, 403": (Fault("html", 403), NotDelivered, NotDelivered),
    "a proxy's page, 404": (Fault("html", 404), NotDelivered, NotDelivered),
    "a page that says 200": (Fault("html", 200, accepted=True), MaybeDelivered, NotDelivered),
    "cut JSON": (Fault("malformed", accepted=True), MaybeDelivered, NotDelivered),
    "dropped": (Fault("drop"), MaybeDelivered, NotDelivered),
    "dropped after it was taken": (Fault("drop", accepted=True), MaybeDelivered, NotDelivered),
    "never answered": (Fault("black_hole", accepted=True), MaybeDelivered, NotDelivered),
}


@pytest.mark.parametrize("name", SENDING_FAULTS)
@pytest.mark.parametrize("call", ["sendMessage", "editMessageText"])
def test_every_fault_in_sending_is_told_for_what_it_is(
    telegram: FakeTelegram, url: str, name: str, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, of_placeholder, of_edit = SENDING_FAULTS[name]
    telegram.text(LAN, "kết hôn")
    telegram.faults.queue(call, fault)
    kept: list[str] = []

    async def remember(message_id: str) -> None:
        kept.append(message_id)

    with pytest.raises(SendingError) as caught:
        sent(door_at(url, answer_seconds=patience(fault)), Sending(str(LAN), ANSWER), remember)

    assert type(caught.value) is (of_placeholder if call == "sendMessage" else of_edit)
    assert bool(kept) == (call == "editMessageText")
    for secret in (TOKEN, str(LAN), "5.000", "Kết hôn", *ANSWERED):
        assert secret not in told(caught.value) + caplog.text

    # Tried again as the outbox would, the citizen reads the answer once, whatever had happened.
    sent(door_at(url), Sending(str(LAN), ANSWER, kept[0] if kept else ""))
    assert [text for text in telegram.answers(LAN) if text != TYPING] == [ANSWER.text]


def test_telegrams_advice_how_long_to_wait_is_kept_to(telegram: FakeTelegram, url: str) -> None:
    telegram.text(LAN, "kết hôn")
    telegram.faults.queue("sendMessage", Fault("status", 429, retry_after=7))

    with pytest.raises(SlowDown) as caught:
        sent(door_at(url), Sending(str(LAN), ANSWER))

    assert caught.value.seconds == 7.5


def test_a_token_refused_in_sending_is_told_to_staff(telegram: FakeTelegram, url: str) -> None:
    telegram.faults.queue("sendMessage", Fault("status", 401))

    async def scenario() -> str:
        door = door_at(url)
        with pytest.raises(DoorRefused):
            await door.send(Sending(str(LAN), ANSWER), forget)
        await door.close()
        return door.health.trouble

    assert "DANHOI_TELEGRAM_TOKEN" in asyncio.run(scenario())


class MovedGroup(FakeTelegram):
    """A group that became a supergroup, with another address."""

    async def perform(self, method: str, params: Params, request: Request) -> HttpReply:
        if params.get("chat_id") == "-5":
            body = {
                "ok": False,
                "error_code": 400,
                "description": "Bad Request: group chat was upgraded to a supergroup chat",
                "parameters": {"migrate_to_chat_id": -1005},
            }
            return HttpReply(msgspec.json.encode(body), 400)
        return await super().perform(method, params, request)


@pytest.mark.parametrize("placed", ["", "3"])
def test_a_group_that_moved_gets_its_answer_where_it_is_now(placed: str) -> None:
    moved = MovedGroup()
    moved.text(-1005, "@danhoi_bot kết hôn", user=LAN)
    with running(moved) as url:
        sent(door_at(url), Sending("-5", ANSWER, placed))

    assert moved.answers(-1005) == [ANSWER.text]


def test_a_door_that_was_closed_can_be_opened_again(telegram: FakeTelegram, url: str) -> None:
    async def scenario() -> None:
        door = door_at(url)
        for _ in range(2):
            async with kept_open(door):
                assert door.health.opened

    asyncio.run(scenario())
