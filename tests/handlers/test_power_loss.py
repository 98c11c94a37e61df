"""Goal R3 for questions and answers: what a citizen was told is there, and what was erased stays erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from handlers.answers import Answer, AnswerStatus, Choice, QuestionKind, Rating, StepTrace
from handlers.conversations import RECEIPT_ALPHABET, Conversations
from handlers.migrations import conversation_migrations
from handlers.retention import forget_before
from handlers.state import ConversationState
from knowledge.database import configure, migrate
from tests import power_loss

Act = power_loss.Step


def make_tables(database: Database) -> None:
    """Without ``Conversations``, which would give a store that lost its key another one."""
    migrate(database, conversation_migrations)


def asked(citizen: int, number: int, *, receipt: str = "", length: int = 40) -> Act:
    """One question as ``Answerer.answer`` stores it, the longest answers over several pages."""
    answer = Answer(
        status=AnswerStatus.UNANSWERABLE_NOT_FOUND if receipt else AnswerStatus.CLARIFICATION,
        kind=QuestionKind.PROCEDURE,
        text=f"Trả lời {number}. " * length,
        sections=(),
        receipt=receipt,
        generation="gen-000001",
        trace=(StepTrace("search", 1.0, "ask back"),) * 12,
    )
    after = ConversationState(choices=(Choice("9.000001", "Thả diều"),), asked=f"câu {number}")
    return lambda database: Conversations(database).record(f"zalo:{citizen}", f"câu {number}", answer, after)


def rated(citizen: int, value: str) -> Act:
    """A thumb for the last answer, as ``Answerer.answer`` stores it."""

    def act(database: Database) -> None:
        conversations, name = Conversations(database), f"zalo:{citizen}"
        last = conversations.rateable(name)
        assert last is not None
        thanks = Answer(AnswerStatus.GREETING, QuestionKind.GREETING, text="Cảm ơn.", sections=("Cảm ơn.",))
        after = ConversationState(rated=last.number)
        conversations.rate(name, Rating(last.number, value), thanks, after)

    return act


def answered_by_officer(receipt: str, text: str) -> Act:
    return lambda database: Conversations(database).answer_by_staff(receipt, text, "Bà Lan")


def erased(citizen: int) -> Act:
    return lambda database: Conversations(database).forget(f"zalo:{citizen}")


def expired() -> Act:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return lambda database: forget_before(Conversations(database).database, tomorrow)


def receipt_of(number: int) -> str:
    first, second = divmod(number, len(RECEIPT_ALPHABET))
    return f"DH-33{RECEIPT_ALPHABET[first]}{RECEIPT_ALPHABET[second]}"


def the_conversations_workload(rounds: int) -> Sequence[Act]:
    """Citizens ask and rate, officers answer, citizens delete what they wrote; old questions expire."""
    steps: list[Act] = [Conversations]  # makes the key of the pseudonyms
    for number in range(rounds):
        steps += [
            asked(number, 4 * number),
            asked(number, 4 * number + 1, length=600),
            asked(number + 1000, 4 * number + 2, receipt=receipt_of(number)),
            rated(number, "👍"),
            rated(number + 1000, "👎"),
            answered_by_officer(receipt_of(number), f"Cán bộ trả lời {number}."),
            erased(number),
            asked(number + 2000, 4 * number + 3),
            expired(),
        ]
    return steps


def examined(folder: Path, rounds: int, variants: int, prepare: Act = configure) -> power_loss.Verdict:
    recorded, rebuilt = folder / "recorded", folder / "rebuilt"
    recorded.mkdir()
    rebuilt.mkdir()
    recording = power_loss.record(make_tables, the_conversations_workload(rounds), recorded, prepare)
    assert len(set(recording.contents)) > 4 * rounds  # every step wrote something that a state can lack
    return power_loss.check(recording, make_tables, rebuilt, variants=variants)


def test_no_power_cut_loses_an_answer_that_was_told_or_brings_back_what_was_erased(tmp_path):
    verdict = examined(tmp_path, rounds=2, variants=4)
    assert verdict.examples == []
    assert verdict.states > 1_000


@pytest.mark.soak
def test_no_power_cut_of_fifty_thousand_loses_an_answer_or_brings_back_an_erased_one(tmp_path):
    verdict = examined(tmp_path, rounds=25, variants=12)
    assert verdict.examples == []
    assert verdict.states >= 50_000


def test_answers_would_be_lost_if_only_checkpoints_were_synced(tmp_path):
    """The workload is one that can lose something: the same test finds it without synchronous=FULL."""

    def weakly(database: Database) -> None:
        configure(database)
        database.execute("PRAGMA synchronous = NORMAL")

    assert examined(tmp_path, rounds=1, variants=2, prepare=weakly).lost > 0
