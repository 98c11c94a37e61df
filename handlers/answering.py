"""
A question in, an answer out: the list of steps, and what is stored.

The list is the product; read it aloud. The first step that settles the answer ends the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from handlers import messages, messages_staff
from handlers.answers import Answer, AnswerStatus, Question, QuestionKind, Rating
from handlers.conversations import Conversations, nothing_else
from handlers.exchanges import told_by_officer
from handlers.pipeline import Draft, Searching, Step, run
from handlers.state import NOTHING_IN_HAND, ConversationState
from handlers.steps import (
    ask_in_vietnamese,
    detect_facets,
    follow_up,
    greet,
    help_in_danger,
    look_up_code,
    recognise_kind,
    redact_personal_data,
    refuse,
    take_up_choice,
    take_up_press,
    tell_receipt,
)
from handlers.steps_answering import (
    answer_complaint,
    answer_contact,
    answer_guide,
    answer_legal,
    answer_procedure,
    answer_qa,
    ask_again,
    ask_back,
    choose_by_place,
    hand_over,
    search,
)
from handlers.steps_rating import take_up_rating
from handlers.steps_staff import hand_over_to_a_person
from knowledge.text import fold

STEPS: tuple[Step, ...] = (
    redact_personal_data,
    help_in_danger,
    recognise_kind,
    take_up_rating,
    take_up_press,
    tell_receipt,
    refuse,
    greet,
    hand_over_to_a_person,
    take_up_choice,
    follow_up,
    look_up_code,
    ask_in_vietnamese,
    detect_facets,
    search,
    answer_contact,
    answer_complaint,
    answer_guide,
    answer_qa,
    choose_by_place,
    answer_legal,
    answer_procedure,
    ask_back,
    ask_again,
    hand_over,
)

_NO_NOTICE = (AnswerStatus.REFUSED_SECRET,)


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    An answer that was found and is not stored yet: plain data, which another process may have made.

    Attributes:
        answer: One that forgets is stored outside of transactions.
        is_recorded: Whether question and answer are stored, as ``Draft`` describes what follows.
    """

    conversation: str
    answer: Answer
    is_recorded: bool = False
    redacted: str = ""
    after: ConversationState = NOTHING_IN_HAND
    rating: Rating | None = None
    hands_over: int = 0

    def store(self, conversations: Conversations, also: Callable[[Answer], None] = nothing_else) -> Answer:
        """Store it, and what *also* stores, in one transaction; return it with its number."""
        if self.answer.forgets:
            conversations.forget(self.conversation, lambda: also(self.answer))
        elif self.rating:
            conversations.rate(self.conversation, self.rating, self.answer, self.after, also)
        elif self.is_recorded:
            return conversations.record(
                self.conversation,
                self.redacted,
                self.answer,
                self.after,
                also,
                hands_over=self.hands_over,
            )
        else:
            with conversations.transaction():
                also(self.answer)
        return self.answer


class Answerer:
    """
    Answers questions, one at a time.

    ``searcher`` is asked for anew with every question, so that a new index can be swapped in; it
    gives ``None`` while there is no index. ``today`` decides which published answers have expired.
    """

    def __init__(
        self,
        searcher: Callable[[], Searching | None],
        conversations: Conversations,
        *,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._searcher = searcher
        self._conversations = conversations
        self._today = today

    def answer(self, question: Question, also: Callable[[Answer], None] = nothing_else) -> Answer:
        """
        Answer *question*; both are stored, in one transaction, before this returns.

        *also* runs inside that transaction: what it stores is there with the answer or not at all, and
        when it raises nothing is recorded.

        Raises:
            DatabaseRefused: nothing was stored, the disk is full for instance; see ``answer_unstored``.
        """
        return self.prepare(question).store(self._conversations, also)

    def prepare(self, question: Question) -> Prepared:
        """Find the answer to *question* and store nothing yet: that may be done elsewhere, with others."""
        if fold(question.text) in messages.DELETES:  # also while there is no index
            return Prepared(question.conversation, _forgotten())
        searcher = self._searcher()
        if searcher is None:
            return Prepared(question.conversation, without_index())
        draft = run(
            STEPS,
            Draft(
                question=question,
                searcher=searcher,
                state=self._conversations.state(question.conversation),
                today=self._today(),
                receipt=self._conversations.new_receipt(),
                told_of=partial(self._told_of, question.conversation),
                offered=partial(self._conversations.offered, question.conversation),
                rateable=partial(self._conversations.rateable, question.conversation),
                waiting=partial(self._conversations.waiting, question.conversation),
            ),
        )
        return Prepared(
            question.conversation,
            _finished(draft),
            is_recorded=draft.rating is None,
            redacted=draft.redacted,
            after=draft.after,
            rating=draft.rating,
            hands_over=draft.hands_over,
        )

    def answer_unstored(self, question: Question) -> Answer:
        """Answer *question* without the store; see the function of this name."""
        return answer_unstored(question, self._searcher(), self._today())

    def _told_of(self, conversation: str, receipt: str) -> str:
        """Return what whoever writes in *conversation* may be told of the question of *receipt*."""
        question = self._conversations.by_receipt(receipt)
        if question is None:
            return ""
        if not question.officer_answers:
            return messages_staff.receipt_waiting(receipt)
        if not self._conversations.has_asked(conversation, receipt):
            return messages_staff.receipt_answered(receipt)
        return told_by_officer(question)


def answer_unstored(question: Question, searcher: Searching | None, today: date) -> Answer:
    """
    Answer *question* as a first one, reading and writing nothing but the index.

    For when the store fails: what is published is told all the same; what would have gone to staff
    is said not to have reached them.
    """
    if searcher is None:
        return without_index()
    if fold(question.text) in messages.DELETES:
        return _not_forgotten()
    return _finished(run(STEPS, Draft(question, searcher, NOTHING_IN_HAND, today, receipt="")))


def _finished(draft: Draft) -> Answer:
    """Return the answer with its trace, and with what is to be said whatever it answers."""
    if draft.answer is None:
        raise RuntimeError(f"no step settled the answer; the last of {len(draft.trace)} must")
    answer = replace(draft.answer, trace=draft.trace)
    sections = answer.sections
    if draft.state.awaits_matter and answer.status is not AnswerStatus.GREETING:
        sections = (*sections, messages_staff.STAFF_READS_TOO)
    told = messages.PERSONAL_DATA in sections or answer.status in _NO_NOTICE
    if draft.hides and not told:
        sections = (*sections, messages.PERSONAL_DATA)
    return replace(answer, sections=sections, text="\n\n".join(sections))


def without_index() -> Answer:
    """Return what is said to every question while there is no index."""
    return _fixed(AnswerStatus.ERROR_NO_INDEX, QuestionKind.PROCEDURE, messages.NO_INDEX)


def _forgotten() -> Answer:
    told = _fixed(AnswerStatus.GREETING, QuestionKind.GREETING, messages.FORGOTTEN)
    return replace(told, forgets=True)


def _not_forgotten() -> Answer:
    return _fixed(AnswerStatus.GREETING, QuestionKind.GREETING, messages.NOT_FORGOTTEN)


def _fixed(status: AnswerStatus, kind: QuestionKind, text: str) -> Answer:
    return Answer(status=status, kind=kind, text=text, sections=(text,))
