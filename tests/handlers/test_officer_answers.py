"""What officers answer: stored by revision, told to whoever asked, kept as long as promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers import messages, messages_staff
from handlers.answering import Answerer
from handlers.answers import Question
from handlers.conversations import Conversations, OfficerAnswerRefused
from handlers.exchanges import OfficerAnswer, told_by_officer
from handlers.retention import forget_before
from knowledge.database import open_database
from tests.answering_samples import OFFICE, RECORDS
from tests.fakes_handlers import TODAY, FakeSearcher

ASKED = "2026-07-20T12:00:00.000+00:00"  # the same day wherever this is run
ANSWERED = "2026-08-30T12:00:00.000+00:00"


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the store."""
    return lambda moment: monkeypatch.setattr("handlers.conversations._now", lambda: moment)


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "danhoi.db")
    yield opened
    opened.close()


@pytest.fixture
def conversations(database, at):
    at(ASKED)
    return Conversations(database)


@pytest.fixture
def ask(conversations):
    searcher = FakeSearcher([*RECORDS, OFFICE])
    answerer = Answerer(lambda: searcher, conversations, today=lambda: TODAY)
    return lambda text, conversation="me": answerer.answer(Question(text, conversation))


@pytest.fixture
def receipt(ask):
    return ask("nuôi rồng lửa trong vườn, cccd 001085012345").receipt


def test_an_officer_reads_what_was_asked_around_a_bare_wish_for_a_person(ask, conversations):
    ask("chào")
    for asked in ("nuôi rồng lửa", "đăng ký khai sinh", "đăng ký kết hôn cccd 001085012345", "phí"):
        ask(asked)
    receipt = ask("cho tôi gặp cán bộ").receipt
    ask("nhà tôi ở xa quá")
    ask("đăng ký kết hôn", conversation="somebody else")
    question = conversations.by_receipt(receipt)
    assert [one.asked for one in question.before] == [
        "đăng ký khai sinh",
        "đăng ký kết hôn cccd [số căn cước]",
        "phí",
    ]
    assert question.before[0].told == "Cơ quan trả lời – Đăng ký khai sinh (dữ liệu mẫu)"
    assert [one.asked for one in question.after] == ["nhà tôi ở xa quá"]


def test_what_follows_a_question_that_says_what_it_is_about_is_not_the_officer_s(ask, conversations, receipt):
    ask("đăng ký khai sinh")
    assert conversations.by_receipt(receipt).after == ()


def test_an_officer_s_answer_ends_the_waiting(conversations, receipt, at):
    at(ANSWERED)
    stored = conversations.answer_by_staff(receipt.lower(), " Không nuôi được.\n", "Bà  Lan")
    assert stored.officer_answers == (OfficerAnswer("Không nuôi được.", "Bà Lan", date(2026, 8, 30), 1),)
    assert conversations.unanswered() == ()
    assert conversations.by_receipt(receipt) == stored


def test_a_later_answer_corrects_and_the_earlier_one_stays_for_staff(conversations, receipt):
    conversations.answer_by_staff(receipt, "Không.", "Bà Lan")
    stored = conversations.answer_by_staff(receipt, "Được, xin phép trước.", "")
    assert [(answer.text, answer.revision, answer.again) for answer in stored.officer_answers] == [
        ("Không.", 1, False),
        ("Được, xin phép trước.", 2, True),
    ]


def test_who_asked_is_told_the_answer_with_the_question_and_the_officer(ask, conversations, receipt, at):
    at(ANSWERED)
    conversations.answer_by_staff(receipt, "Không nuôi được.\n\nMời ông/bà hỏi kiểm lâm.", "Bà Lan")
    answer = ask(f"mã {receipt} sao rồi")
    assert answer.text == (
        f"Cơ quan trả lời câu hỏi mã {receipt}:\n“nuôi rồng lửa trong vườn, cccd [số căn cước]”\n\n"
        "Không nuôi được.\n\nMời ông/bà hỏi kiểm lâm.\n\n– Bà Lan, 30/08/2026"
    )
    assert "\n\n".join(answer.sections) == answer.text
    assert len(answer.sections) == 4


def test_who_asked_is_told_the_correction(ask, conversations, receipt, at):
    at(ANSWERED)
    conversations.answer_by_staff(receipt, "Không.", "Bà Lan")
    told = told_by_officer(conversations.answer_by_staff(receipt, "Được.", ""))
    assert ask(receipt).text == told
    assert told == (
        f"Cơ quan trả lời câu hỏi mã {receipt} (thay câu trả lời trước):\n"
        "“nuôi rồng lửa trong vườn, cccd [số căn cước]”\n\nĐược.\n\n– 30/08/2026"
    )


def test_anybody_else_is_told_only_whether_it_is_answered(ask, conversations, receipt):
    assert ask(receipt, "you").text == messages_staff.receipt_waiting(receipt)
    conversations.answer_by_staff(receipt, "Không nuôi được.", "Bà Lan")
    assert ask(receipt, "you").text == messages_staff.receipt_answered(receipt)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "câu trả lời đang để trống; hãy ghi nội dung trả lời."),
        (" \n\t", "câu trả lời đang để trống; hãy ghi nội dung trả lời."),
        ("a" * 3001, "câu trả lời dài 3001 ký tự; hãy rút gọn còn nhiều nhất 3000 ký tự."),
    ],
)
def test_an_answer_that_says_nothing_or_too_much_is_refused(conversations, receipt, text, told):
    with pytest.raises(OfficerAnswerRefused) as refused:
        conversations.answer_by_staff(receipt, text, "Bà Lan")
    assert str(refused.value) == told
    assert len(conversations.unanswered()) == 1


def test_the_longest_answer_is_kept_whole(conversations, receipt):
    stored = conversations.answer_by_staff(receipt, "ả" * 3000, "")
    assert stored.officer_answers[0].text == "ả" * 3000


def test_an_unknown_receipt_is_refused(conversations):
    with pytest.raises(OfficerAnswerRefused) as refused:
        conversations.answer_by_staff("DH-3333", "Được.", "")
    assert str(refused.value) == "không có mã tiếp nhận DH-3333. Xem các mã: danhoi questions --unanswered"


def test_what_is_sent_is_stored_with_the_answer_or_neither_is(conversations, receipt):
    given = []

    def refuse(stored, pseudonym):
        given.append((stored.receipt, stored.officer_answers[-1].text, pseudonym))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        conversations.answer_by_staff(receipt, "Được.", "", refuse)
    assert given == [(receipt, "Được.", conversations.pseudonym("me"))]
    assert [question.receipt for question in conversations.unanswered()] == [receipt]


# --- how long -----------------------------------------------------------------------------------------


def test_an_answered_question_is_kept_for_thirty_days_after_the_last_answer(conversations, receipt, at):
    at("2026-08-01T12:00:00.000+00:00")
    conversations.answer_by_staff(receipt, "Không.", "")
    at(ANSWERED)
    conversations.answer_by_staff(receipt, "Được.", "")
    last_day = date(2026, 8, 30) + timedelta(days=29)
    assert conversations.forget_expired(last_day) == 0
    assert conversations.forget_expired(last_day + timedelta(days=1)) == 1
    assert conversations.by_receipt(receipt) is None


def test_nothing_of_a_question_outlives_it(ask, conversations, receipt, database, tmp_path):
    ask("👎")
    conversations.answer_by_staff(receipt, "BÍ MẬT", "Bà Lan")
    forget_before(conversations.database, datetime(2027, 1, 1, tzinfo=UTC))
    assert {
        table: database[table].count for table in ("questions", "answers", "ratings", "officer_answers")
    } == {
        "questions": 0,
        "answers": 0,
        "ratings": 0,
        "officer_answers": 0,
    }
    assert "BÍ MẬT".encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_who_leaves_leaves_only_what_is_with_staff(ask, conversations, receipt):
    ask("khai sinh cần giấy tờ gì")
    ask("khai tử cần giấy tờ gì", "you")
    conversations.leave("me")
    assert [past.receipt for past in conversations.history("me")] == [receipt]
    assert len(conversations.history("you")) == 1
    assert ask("thế lệ phí thì sao").text == messages.NO_TOPIC


# --- the citizen's own page ---------------------------------------------------------------------------


def test_a_conversation_is_read_back_as_it_was(ask, conversations):
    given = [ask("khai sinh cần giấy tờ gì"), ask("nuôi rồng lửa trong vườn"), ask("cảm ơn em")]
    ask("khai tử cần giấy tờ gì", "you")
    past = conversations.history("me")
    assert [exchange.asked for exchange in past] == [
        "khai sinh cần giấy tờ gì",
        "nuôi rồng lửa trong vườn",
        "cảm ơn em",
    ]
    for exchange, answer in zip(past, given, strict=True):
        told = exchange.answer
        assert (exchange.number, told.number) == (answer.number, answer.number)
        assert (told.status, told.kind, told.text, told.sections) == (
            answer.status,
            answer.kind,
            answer.text,
            answer.sections,
        )
        assert (told.code, told.more, told.facets, told.sources) == (
            answer.code,
            answer.more,
            answer.facets,
            answer.sources,
        )
        assert exchange.receipt == told.receipt == answer.receipt
    assert given[0].more  # there was something to be read back
    assert conversations.history("me", past[0].number) == past[1:]


def test_only_the_last_choices_may_still_be_taken(conversations):
    searcher = FakeSearcher(RECORDS)
    ask = Answerer(lambda: searcher, conversations, today=lambda: TODAY).answer
    first = ask(Question("cấp phép thả diều mất bao lâu", "me"))
    (past,) = conversations.history("me")
    assert past.answer.choices == first.choices
    ask(Question("khai sinh cần giấy tờ gì", "me"))
    assert [past.answer.choices for past in conversations.history("me")] == [(), ()]


def test_ratings_and_officers_answers_stand_with_their_exchange(ask, conversations, receipt, at):
    ask("👎")
    ask("4")
    at(ANSWERED)
    conversations.answer_by_staff(receipt, "Được.", "Bà Lan")
    (past,) = conversations.history("me")
    assert (past.rating, past.reason, past.receipt) == ("👎", "Sai hoặc đã cũ", receipt)
    assert past.officer_answers == (OfficerAnswer("Được.", "Bà Lan", date(2026, 8, 30)),)


def test_a_page_learns_cheaply_that_an_officer_has_answered(ask, conversations, receipt):
    other = ask("gặp cán bộ", "you").receipt
    assert conversations.last_officer_answer("me") == 0
    conversations.answer_by_staff(receipt, "Không.", "")
    first = conversations.last_officer_answer("me")
    conversations.answer_by_staff(other, "Mời ông/bà đến.", "")
    assert conversations.last_officer_answer("me") == first > 0
    conversations.answer_by_staff(receipt, "Được.", "")
    assert conversations.last_officer_answer("me") > first


def test_a_conversation_nobody_had_has_no_past(conversations):
    assert conversations.history("me") == ()
    assert conversations.last_officer_answer("me") == 0
