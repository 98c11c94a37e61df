"""Steps, their order and their trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.answers import AnswerStatus, Question
from handlers.composed import Composed
from handlers.pipeline import Draft, run, settle
from handlers.state import ConversationState, decode_state, encode_state
from tests.fakes_handlers import TODAY, FakeSearcher
from tests.record_samples import a_procedure


@pytest.fixture
def draft() -> Draft:
    searcher = FakeSearcher([a_procedure()])
    return Draft(Question("thả diều", "me"), searcher, ConversationState(), TODAY, "DH-3333")


def look(draft):
    return replace(draft, note="looked")


def decide(draft):
    return settle(draft, AnswerStatus.GREETING, Composed(("một", "hai")))


def never(draft):
    raise AssertionError("a step ran after the answer was settled")


def test_the_first_step_that_settles_the_answer_ends_the_run(draft):
    done = run((look, decide, never), draft)
    assert done.answer is not None
    assert done.answer.text == "một\n\nhai"


def test_each_step_leaves_its_name_its_milliseconds_and_its_note(draft):
    trace = run((look, decide), draft).trace
    assert [(step.name, step.note) for step in trace] == [("look", "looked"), ("decide", "")]
    assert all(step.ms >= 0 for step in trace)


def test_a_run_that_settles_nothing_gives_the_draft_back_without_an_answer(draft):
    assert run((look,), draft).answer is None


def test_an_answer_names_the_generation_it_quotes_and_keeps_the_receipt_to_itself(draft):
    answer = run((decide,), draft).answer
    assert answer is not None
    assert (answer.generation, answer.receipt) == ("gen-1", "")


def test_the_state_survives_being_stored(draft):
    state = ConversationState(code="9.000001", full=True, confidence=0.5)
    assert decode_state(encode_state(state)) == state


def test_a_state_of_another_version_is_forgotten():
    assert decode_state('{"code": 7}') == ConversationState()
