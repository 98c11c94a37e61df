"""What is stored, in what form, and who can find it again."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.answers import Answer, AnswerStatus, Choice, QuestionKind, Source, StepTrace
from handlers.conversations import RECEIPT_ALPHABET, Conversations
from handlers.migrations import conversation_migrations
from handlers.retention import forget_before
from handlers.state import ConversationState
from knowledge.database import open_database
from knowledge.passages import Facet

SOURCE = Source("procedure", "9.000001", "Thả diều", "12/QĐ-BD", "Bộ Diều", "2026-03-04", "")


def an_answer(receipt: str = "", **changes: object) -> Answer:
    fields: dict[str, object] = {
        "status": AnswerStatus.ANSWERED,
        "kind": QuestionKind.PROCEDURE,
        "text": "Cần đơn.",
        "sections": ("Cần đơn.",),
        "facets": (Facet.DOCUMENTS,),
        "codes": ("9.000001",),
        "confidence": 0.75,
        "sources": (SOURCE,),
        "receipt": receipt,
        "generation": "gen-1",
        "trace": (StepTrace("search", 1.5, "answer"),),
        "hits_used": ("9.000001#documents",),
        "hits_rejected": ("9.000002#title",),
    }
    return Answer(**fields | changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "danhoi.db"


@pytest.fixture
def conversations(path):
    return Conversations(open_database(path))


def test_a_question_with_staff_is_found_by_its_receipt_however_it_is_typed(conversations):
    conversations.record("tg:1", "thả diều?", an_answer("DH-7K3M"), ConversationState())
    stored = conversations.by_receipt(" dh-7k3m ")
    assert stored is not None
    assert (stored.text, stored.answer, stored.codes) == ("thả diều?", "Cần đơn.", ("9.000001",))
    assert stored.sources == (SOURCE,)
    assert stored.trace == (StepTrace("search", 1.5, "answer"),)
    assert (stored.hits_used, stored.hits_rejected) == (("9.000001#documents",), ("9.000002#title",))


def test_an_unknown_receipt_finds_nothing(conversations):
    assert conversations.by_receipt("DH-3333") is None


def test_only_questions_with_a_receipt_wait_for_staff_the_oldest_first(conversations):
    for text, receipt in (("một", "DH-3333"), ("hai", ""), ("ba", "DH-4444")):
        conversations.record("tg:1", text, an_answer(receipt), ConversationState())
    assert [question.text for question in conversations.unanswered()] == ["một", "ba"]


def test_the_state_of_a_conversation_survives_a_restart(conversations, path):
    state = ConversationState(
        code="9.000001", facets=(Facet.FEE,), choices=(Choice("9.000002", "Thả diều"),), asked="thả?"
    )
    conversations.record("tg:1", "thả diều?", an_answer(), state)
    again = Conversations(open_database(path))
    assert again.state("tg:1") == state
    assert again.state("tg:2") == ConversationState()


def test_the_name_of_a_conversation_is_not_stored(conversations, path):
    conversations.record("tg:0912345678", "thả diều?", an_answer(), ConversationState())
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert "thả diều?".encode() in stored
    assert b"0912345678" not in stored


def test_a_failed_answer_stores_nothing_at_all(conversations):
    conversations.record("tg:1", "một", an_answer("DH-3333"), ConversationState())
    with pytest.raises(Exception, match="receipt"):
        conversations.record("tg:2", "hai", an_answer("DH-3333"), ConversationState(code="9.000001"))
    assert conversations.counts() == {"answered": 1}
    assert conversations.state("tg:2") == ConversationState()


def test_counts_are_by_status(conversations):
    for status in (AnswerStatus.ANSWERED, AnswerStatus.ANSWERED, AnswerStatus.CLARIFICATION):
        conversations.record("tg:1", "?", an_answer(status=status), ConversationState())
    assert conversations.counts() == {"answered": 2, "clarification": 1}


def test_receipts_are_short_unambiguous_and_differ(conversations):
    receipts = {conversations.new_receipt() for _ in range(200)}
    assert len(receipts) > 190
    assert all(len(receipt) == 7 and set(receipt[3:]) <= set(RECEIPT_ALPHABET) for receipt in receipts)
    assert not set("01ILOB8S5Z2") & set(RECEIPT_ALPHABET)


def test_a_receipt_grows_when_the_short_ones_are_taken(conversations, monkeypatch):
    monkeypatch.setattr("handlers.conversations.secrets.choice", lambda alphabet: alphabet[0])
    conversations.record("tg:1", "?", an_answer(conversations.new_receipt()), ConversationState())
    assert conversations.new_receipt() == "DH-33333"


def test_a_citizen_is_forgotten_whole_and_others_stay(conversations, path):
    conversations.record("tg:1", "chuyện của tôi", an_answer("DH-3333"), ConversationState(code="9.000001"))
    conversations.record("tg:2", "chuyện khác", an_answer(), ConversationState())
    conversations.forget("tg:1")
    assert conversations.counts() == {"answered": 1}
    assert conversations.by_receipt("DH-3333") is None
    assert conversations.state("tg:1") == ConversationState()


def test_old_questions_are_forgotten_but_not_those_with_staff(conversations):
    conversations.record("tg:1", "cũ", an_answer(), ConversationState())
    conversations.record("tg:1", "chờ", an_answer("DH-3333"), ConversationState())
    assert forget_before(conversations.database, datetime.now(UTC) - timedelta(days=1)) == 0
    assert forget_before(conversations.database, datetime.now(UTC) + timedelta(days=1)) == 1
    assert [question.text for question in conversations.unanswered()] == ["chờ"]


NOON = "2026-07-20T12:00:00.000+00:00"  # the same day wherever this is run
LAST_DAY = date(2026, 8, 18)  # the thirtieth, that of asking included


@pytest.fixture
def asked_on_20_july(conversations, monkeypatch):
    monkeypatch.setattr("handlers.conversations._now", lambda: NOON)
    conversations.record("tg:1", "BÍ MẬT", an_answer(text="BÍ MẬT"), ConversationState(asked="BÍ MẬT"))
    conversations.record("tg:2", "chờ", an_answer("DH-3333"), ConversationState(code="9.000001"))
    monkeypatch.undo()
    return conversations


def bytes_of(path):
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_question_is_kept_for_thirty_days_and_not_for_one_more(asked_on_20_july):
    assert asked_on_20_july.forget_expired(LAST_DAY) == 0
    assert asked_on_20_july.counts() == {"answered": 2}
    assert asked_on_20_july.forget_expired(LAST_DAY + timedelta(days=1)) == 1
    assert asked_on_20_july.forget_expired(LAST_DAY + timedelta(days=1)) == 0


def test_a_question_that_waits_for_staff_does_not_expire_but_its_conversation_ends(asked_on_20_july):
    asked_on_20_july.forget_expired(LAST_DAY + timedelta(days=400))
    assert [question.text for question in asked_on_20_july.unanswered()] == ["chờ"]
    assert asked_on_20_july.state("tg:2") == ConversationState()


def test_what_goes_on_keeps_what_it_has_in_hand(asked_on_20_july):
    asked_on_20_july.record("tg:1", "mới", an_answer(), ConversationState(code="9.000003"))
    assert asked_on_20_july.forget_expired(LAST_DAY + timedelta(days=1)) == 1
    assert asked_on_20_july.state("tg:1").code == "9.000003"
    assert asked_on_20_july.counts() == {"answered": 2}


@pytest.mark.parametrize("forgetting", ["expired", "asked to"])
def test_what_is_forgotten_is_in_no_file_any_more(asked_on_20_july, path, forgetting):
    """A deleted row would stay readable in the WAL file for as long as the program runs."""
    assert "BÍ MẬT".encode() in bytes_of(path)
    if forgetting == "expired":
        asked_on_20_july.forget_expired(LAST_DAY + timedelta(days=1))
    else:
        asked_on_20_july.forget("tg:1")
    assert "BÍ MẬT".encode() not in bytes_of(path)
    assert "chờ".encode() in bytes_of(path)


def test_what_an_earlier_version_stored_is_read_back_and_goes_on(path):
    database = open_database(path)
    conversation_migrations.apply(database, stop_before="m002_what_was_offered")
    database["pseudonym_key"].insert({"key": b"key"})
    me = hmac.new(b"key", b"tg:1", hashlib.sha256).hexdigest()
    database["conversations"].insert({"id": me, "state": '{"code":"9.000001"}', "updated_at": NOON})
    database["questions"].insert(
        {"id": 1, "receipt": "DH-3333", "conversation": me, "text": "thả diều?", "kind": "procedure"}
        | {"facets": "[]", "status": "answered", "asked_at": NOON, "generation": "", "codes": "[]"}
        | {"confidence": 0.5}
    )
    trace = '{"steps":[],"hits_used":[],"hits_rejected":[]}'
    database["answers"].insert({"question_id": 1, "text": "Cần\n\nđơn.", "sources": "[]", "trace": trace})

    conversations = Conversations(database)

    (past,) = conversations.history("tg:1")
    assert (past.answer.text, past.answer.sections, past.receipt) == (
        "Cần\n\nđơn.",
        ("Cần\n\nđơn.",),
        "DH-3333",
    )
    assert conversations.state("tg:1") == ConversationState(code="9.000001")
    assert conversations.answer_by_staff("DH-3333", "Được.", "").officer_answers[0].text == "Được."
