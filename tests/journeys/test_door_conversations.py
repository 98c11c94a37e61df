"""The same conversation at every door: what a citizen asks, reads, presses, and what comes back later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from bot.messaging.splitting import utf16_length
from bot.messaging.staff_delivery import CLOSED
from handlers import messages, messages_doors, messages_staff
from handlers.state import RETENTION_DAYS
from knowledge.records import Stage
from tests.house import AT_ONCE, House, open_house
from tests.record_samples import a_procedure, an_office
from tests.visitors import Visitor

TODAY = date(2026, 7, 20)
STEPS = tuple(
    Stage(f"Bước {n}", f"Chặng {n} bắt đầu. " + "Nộp giấy tờ ở bàn tiếp nhận. " * 14 + f"Chặng {n} xong.")
    for n in range(1, 16)
)
MARRIAGE = a_procedure("9.000001", title="Đăng ký kết hôn", stages=STEPS)
RENEWED = a_procedure("9.000002", title="Cấp lại thẻ căn cước")
CHANGED = a_procedure("9.000003", title="Cấp đổi thẻ căn cước")
RECORDS = [MARRIAGE, RENEWED, CHANGED, an_office()]

# One goes on typing, or pressing, as the door has it.
WHAT_WAS_WRONG = messages_doors.WHAT_WAS_WRONG.partition(" Xin ông/bà")[0]
PAPERS, FEE, TIME = "Giấy tờ cần có:\n- Đơn xin thả diều", "Lệ phí: 8.000 đồng một lần", "3 ngày làm việc"
WAYS_IN = {
    "usual": {},
    "called": {"telegram_mode": "webhook", "flat": True},
    "polled": {"zalo_bot_mode": "poll"},
}
DOORS = {
    "Telegram": ("usual", "telegram"),
    "Telegram by webhook": ("called", "telegram"),
    "Zalo Bot": ("usual", "zalo bot"),
    "Zalo Bot without envelope": ("called", "zalo bot"),
    "Zalo Bot polled": ("polled", "zalo bot"),
    "Zalo OA": ("usual", "zalo oa"),
    "page": ("usual", "web"),
}
MESSENGERS = {name: door for name, door in DOORS.items() if name != "page"}
WITH_BUTTONS = {name: DOORS[name] for name in ("Telegram", "Zalo OA", "page")}
LIMITS = {"telegram": 4096, "zalo bot": 2000, "zalo oa": 2000}


class Houses:
    """Offices that are opened when somebody comes, and stay open for all tests here."""

    def __init__(self, stack: ExitStack, folder) -> None:
        self._stack, self._folder = stack, folder
        self.opened: dict[str, House] = {}

    def __getitem__(self, way: str) -> House:
        if way not in self.opened:
            home = self._folder.mktemp(way) / "var"
            home.mkdir()
            house = open_house(home, RECORDS, today=TODAY, **WAYS_IN[way])
            self.opened[way] = self._stack.enter_context(house)
        return self.opened[way]


@pytest.fixture(scope="module")
def houses(tmp_path_factory) -> Iterator[Houses]:
    with ExitStack() as stack:
        yield Houses(stack, tmp_path_factory)


@pytest.fixture
def house(request, houses) -> House:
    """The office whose door the test is about; the usual one where it names none."""
    return houses[request.getfixturevalue("at")[0] if "at" in request.fixturenames else "usual"]


@pytest.fixture
def citizen(at, house) -> Visitor:
    return house.citizen(at[1])


every_door = pytest.mark.parametrize("at", DOORS.values(), ids=DOORS)
every_messenger = pytest.mark.parametrize("at", MESSENGERS.values(), ids=MESSENGERS)
where_buttons_stay = pytest.mark.parametrize("at", WITH_BUTTONS.values(), ids=WITH_BUTTONS)


# --- asking ------------------------------------------------------------------------------------------


@every_messenger
def test_whoever_writes_first_is_told_what_this_is_and_gets_the_answer(citizen, house):
    citizen.says("đăng ký kết hôn cần giấy tờ gì")
    read = citizen.reads("Kính chào", PAPERS)
    greeting = messages.greeting(RETENTION_DAYS, f"{house.url}/quyen-rieng-tu", invites=False)
    assert read.startswith(greeting)
    assert len(greeting.split()) <= 60
    for promise in ("trả lời tự động", f"lưu {RETENTION_DAYS} ngày", "/xoa để xóa", "gặp người thật", "http"):
        assert promise in greeting

    citizen.says("phí")
    assert "Kính chào" not in citizen.reads(FEE)


@every_messenger
def test_whoever_only_greets_is_greeted_once_and_invited_to_ask(citizen, house):
    citizen.says("chào")
    greeting = messages.greeting(RETENTION_DAYS, f"{house.url}/quyen-rieng-tu")
    assert citizen.reads("Kính chào") == greeting


@every_door
def test_a_further_question_stays_with_the_procedure_typed_or_pressed(citizen):
    citizen.says("dang ky ket hon can giay to gi")
    citizen.reads("Đăng ký kết hôn", "Đơn xin thả diều")
    citizen.says("the le phi thi sao")
    citizen.reads("Đăng ký kết hôn", FEE)
    citizen.presses("Thời hạn")
    citizen.reads("Đăng ký kết hôn", TIME)


@every_door
def test_of_several_procedures_the_citizen_chooses_one(citizen):
    citizen.says("căn cước mất bao nhiêu tiền")
    citizen.reads("Cấp lại thẻ căn cước", "Cấp đổi thẻ căn cước")
    citizen.presses("2. Cấp đổi")
    citizen.reads("Cấp đổi thẻ căn cước", FEE)


@where_buttons_stay
def test_an_old_button_still_means_what_it_said(citizen):
    citizen.says("căn cước mất bao nhiêu tiền")
    citizen.reads("Cấp lại thẻ căn cước")
    citizen.says("đăng ký kết hôn cần giấy tờ gì")
    citizen.reads("Đăng ký kết hôn", "Đơn xin thả diều")
    citizen.presses("1. Cấp lại")
    citizen.reads("Nguồn: Cấp lại thẻ căn cước", FEE)


@every_messenger
def test_a_long_answer_comes_in_numbered_parts_that_each_read_whole(citizen, house, at):
    citizen.says("đăng ký kết hôn")
    citizen.reads("Nguồn: Đăng ký kết hôn")
    before = len(citizen.screen())
    citizen.says("đầy đủ")
    house.wait_until(lambda: re.search(r"\((\d+)/\1", citizen.screen()[-1]))
    parts = citizen.screen()[before:]
    assert len(parts) > 1
    assert all(utf16_length(part) <= LIMITS[at[1]] for part in parts)
    for n, part in enumerate(parts, start=1):
        assert part.endswith(f"\n({n}/{len(parts)}, trả lời tự động)")
    for n in range(1, 16):
        assert any(f"Chặng {n} bắt đầu." in part and f"Chặng {n} xong." in part for part in parts), n


# --- to an officer and back --------------------------------------------------------------------------


@every_door
def test_a_question_nobody_can_answer_reaches_a_person_and_comes_back(citizen, house):
    citizen.says("xin giấy phép nuôi rồng lửa")
    receipt = receipt_in(citizen.reads("Mã tiếp nhận"))
    assert "xin giấy phép nuôi rồng lửa" in house.officer_types("--unanswered")

    house.officer_types("answer", receipt, "--text", "Hiện chưa có thủ tục này.", "--by", "Bà Lan", "--yes")
    citizen.reads(f"mã {receipt}", "Hiện chưa có thủ tục này.", "Bà Lan")

    house.officer_types("answer", receipt, "--text", "Từ tháng 8 mới nhận đơn.", "--yes")
    citizen.reads(f"mã {receipt} (thay câu trả lời trước)", "Từ tháng 8 mới nhận đơn.")
    together = "\n".join(citizen.screen())
    assert together.count("Hiện chưa có thủ tục này.") == 1
    assert together.count("Từ tháng 8 mới nhận đơn.") == 1


@every_door
def test_a_bare_wish_for_a_person_brings_what_was_asked_around_it(citizen, house):
    citizen.says("đăng ký kết hôn cần giấy tờ gì")
    citizen.reads("Đơn xin thả diều")
    citizen.says("cho tôi gặp cán bộ")
    receipt = receipt_in(citizen.reads("Mã tiếp nhận", "gõ thêm điều cần hỏi"))
    citizen.says("tôi lấy chồng người Lào")
    citizen.reads(messages_staff.STAFF_READS_TOO)

    shown = house.officer_types("show", receipt)
    assert "đăng ký kết hôn cần giấy tờ gì\n    → Cơ quan trả lời – Đăng ký kết hôn" in shown
    assert "Sau đó:" in shown
    assert "tôi lấy chồng người Lào" in shown


@every_messenger
def test_a_thumb_up_is_thanked_for(citizen):
    citizen.says("phí đăng ký kết hôn")
    citizen.reads("8.000")
    citizen.presses("👍")
    citizen.reads(messages_doors.RATED_UP)


@every_messenger
def test_who_finds_an_answer_wanting_says_why_and_gets_a_person(citizen, house):
    citizen.says("phí đăng ký kết hôn")
    citizen.reads("8.000")
    citizen.presses("👎")
    citizen.reads(WHAT_WAS_WRONG, messages_doors.OR_STAFF)
    citizen.presses("Khó hiểu")
    citizen.reads(messages_doors.REASON_KEPT)
    citizen.says("gặp cán bộ")
    receipt = receipt_in(citizen.reads("Mã tiếp nhận"))

    shown = house.officer_types("show", receipt)
    assert "Dân hỏi: phí đăng ký kết hôn" in shown
    assert "Dân đánh giá: 👎 Khó hiểu" in shown


@every_messenger
def test_a_chosen_procedure_reaches_the_officer_with_the_question_that_led_to_it(citizen, house):
    citizen.says("căn cước mất bao nhiêu tiền")
    citizen.reads("Cấp đổi thẻ căn cước")
    citizen.presses("2. Cấp đổi")
    citizen.reads("8.000")
    citizen.presses("👎")
    citizen.reads(WHAT_WAS_WRONG)
    citizen.says("gặp cán bộ")
    receipt = receipt_in(citizen.reads("Mã tiếp nhận"))
    house.officer_types("answer", receipt, "--text", "Mời bà ra xã.", "--yes")
    citizen.reads("“căn cước mất bao nhiêu tiền – Cấp đổi thẻ căn cước”", "Mời bà ra xã.")


# --- what a machine cannot read ----------------------------------------------------------------------

SENT = {
    "telegram": {kind: kind for kind in ("photo", "voice", "sticker", "location", "contact")}
    | {"document": "file"},
    "zalo bot": {"image": "photo", "voice": "voice", "sticker": "sticker", "unsupported": "other"},
    "zalo oa": {
        "image": "photo",
        "audio": "voice",
        "sticker": "sticker",
        "file": "file",
        "location": "location",
    },
}
MEDIA = [
    pytest.param(at, sent, media, id=f"{name}: {sent}")
    for name, at in MESSENGERS.items()
    for sent, media in SENT[at[1]].items()
]


@pytest.mark.parametrize(("at", "sent", "media"), MEDIA)
def test_what_a_machine_cannot_read_gets_a_kind_word(citizen, sent, media):
    citizen.sends(sent)
    citizen.reads(messages_doors.MEDIA[media])


def test_an_edited_message_is_not_asked_again(house):
    citizen = house.citizen("telegram")
    citizen.says("đăng ký kết hôn cần giấy tờ gì")
    citizen.reads(PAPERS)
    (asked,) = (shown for shown in house.telegram.shown(citizen.at.chat) if not shown.from_bot)
    house.telegram.edit(citizen.at.chat, asked.wire["message_id"], "căn cước mất bao nhiêu tiền")
    citizen.says("phí")
    assert "căn cước" not in citizen.reads(FEE)


# --- groups ------------------------------------------------------------------------------------------


def test_in_a_group_the_bot_speaks_when_spoken_to_to_each_of_their_own(house):
    group, ba, tu = -1001, 51, 52
    fake = house.telegram
    fake.text(group, "đăng ký kết hôn cần giấy tờ gì", user=ba)  # to the neighbours
    fake.text(group, "@danhoi_bot căn cước mất bao nhiêu tiền", user=ba)
    asked = newest(fake, group)
    offered = read_in_group(fake, group, "Cấp đổi thẻ căn cước")
    assert offered["reply_to"] == asked
    assert "Đơn xin thả diều" not in "\n".join(fake.answers(group))

    fake.text(group, "2", user=tu, reply_to=offered["message_id"])  # Tư was offered nothing
    assert messages.NO_TOPIC in read_in_group(fake, group, "thủ tục nào")["text"]
    fake.text(group, "2", user=ba, reply_to=offered["message_id"])
    assert "Nguồn: Cấp đổi thẻ căn cước" in read_in_group(fake, group, FEE)["text"]


def test_in_a_group_at_zalo_the_bot_speaks_when_it_is_named(house):
    fake = house.zalo_bot
    fake.text("nhom-1", "căn cước mất bao nhiêu tiền", user="u1", mention=False)
    fake.text("nhom-1", "phí đăng ký kết hôn", user="u1")
    fake.wait_for(lambda: any(FEE in text for text in fake.answers("nhom-1")))
    assert "căn cước" not in "\n".join(fake.answers("nhom-1"))


# --- leaving -----------------------------------------------------------------------------------------


@every_messenger
def test_whoever_asks_for_it_is_forgotten_to_the_last_byte(citizen, house):
    word = f"thuyền-thúng-{citizen.address}"
    citizen.says(f"xin giấy phép bán {word}")
    citizen.reads("Mã tiếp nhận")
    assert word.encode() in house.stored_bytes()
    citizen.says("/xoa")
    citizen.reads(messages.FORGOTTEN)
    assert house.keeps_nothing_of(word, citizen.address)


def test_on_the_page_too(house):
    citizen = house.citizen("web")
    citizen.says("xin giấy phép bán thuyền-thúng-trên-trang")
    citizen.reads("Mã tiếp nhận")
    citizen.says("/xoa")
    assert citizen.screen() == []
    assert house.keeps_nothing_of("thuyền-thúng-trên-trang")


def test_who_withdraws_consent_at_zalo_is_forgotten_without_a_word(house):
    citizen = house.citizen("zalo oa")
    word = f"thuyền-thúng-{citizen.address}"
    citizen.says(f"xin giấy phép bán {word}")
    citizen.reads("Mã tiếp nhận")
    told = len(citizen.screen())
    house.zalo_oa.withdraw(citizen.address)
    assert house.keeps_nothing_of(word, citizen.address)
    assert len(citizen.screen()) == told


def test_who_blocked_the_bot_is_not_written_to_until_they_write_again(house):
    citizen = house.citizen("telegram")
    citizen.says("xin giấy phép nuôi rồng nước")
    receipt = receipt_in(citizen.reads("Mã tiếp nhận"))
    house.telegram.block(citizen.at.chat)
    said = ("answer", receipt, "--text", "Chưa có.", "--yes")
    # Until the server has heard of it, the answer is taken and then refused at Telegram's.
    house.wait_until(lambda: CLOSED in house.officer_types(*said))

    house.telegram.unblock(citizen.at.chat)
    citizen.says("phí đăng ký kết hôn")
    citizen.reads(FEE)
    house.officer_types("answer", receipt, "--text", "Nay đã có.", "--yes")
    citizen.reads("Nay đã có.")


def test_who_writes_too_much_is_told_once(house):
    citizen = house.citizen("telegram")
    for _ in range(2 * AT_ONCE):
        citizen.says("phí")
    house.wait_until(lambda: len(citizen.screen()) >= AT_ONCE + 2)  # with the greeting
    house.wait_until(lambda: house.service.answering.backlog == 0)
    assert citizen.screen().count(messages_doors.TOO_FAST) == 1
    assert len(citizen.screen()) == AT_ONCE + 2


# --- what holds for all of it ------------------------------------------------------------------------


def test_every_message_of_the_machine_shows_that_it_is_one(houses):
    houses["usual"].citizen("telegram").says("đăng ký kết hôn")
    sent = [text for house in houses.opened.values() for text in house.all_sent()]
    by_machine = [text for text in sent if not text.startswith("Cơ quan trả lời câu hỏi mã")]
    unmarked = [text for text in by_machine if not re.search(r"tự động|(?<!\w)[Mm]áy (?!tính)", text)]
    assert unmarked == []


def receipt_in(text: str) -> str:
    found = re.search(r"DH-\w{4,6}", text)
    assert found, text
    return found[0]


def newest(fake, chat: int) -> int:
    return fake.screen(chat)[-1]["message_id"]


def read_in_group(fake, group: int, words: str):
    """Wait for a message of the bot that holds *words* and return it."""

    def found():
        return [shown for shown in fake.screen(group) if shown["from_bot"] and words in shown["text"]]

    fake.wait_for(found)
    return found()[-1]
