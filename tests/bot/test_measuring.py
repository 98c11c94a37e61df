"""What one question is worth, for outcomes written by hand."""

import msgspec
import pytest

from bot.evaluating import Outcome
from bot.measuring import ALL, Asked, by_group, by_style, differences, judged, values
from index.labelled import LabelledQuestion

GOT = Outcome(
    id="1",
    codes=("b", "a"),
    families=("b", "f"),
    confidence=0.8,
    decision="answer",
    near_confidence=0.3,
    near_decision="ask_back",
    status="answered",
    kind="procedure",
    facets=("fee", "time"),
    quoted="b",
    offered=(),
)


def family_of(code: str) -> str:
    return {"a": "f", "a2": "f"}.get(code, code)


def asked(question: LabelledQuestion, **changes: object) -> Asked:
    (one,) = judged([question], [msgspec.structs.replace(GOT, **changes)], family_of)
    return one


def test_hits_count_leniently_strictly_and_by_family():
    worth = asked(LabelledQuestion("q", gold=("a2",), also_ok=("a",), facets=("time",))).values

    assert (worth["hit@1"], worth["hit@5"], worth["strict hit@5"]) == (0.0, 1.0, 0.0)
    assert (worth["family hit@1"], worth["family hit@5"], worth["family MRR@10"]) == (0.0, 1.0, 0.5)


def test_any_listed_facet_is_right_but_first_facet_means_the_first():
    worth = asked(LabelledQuestion("q", gold=("a",), facets=("time", "legal"))).values

    assert (worth["facet"], worth["first facet"]) == (1.0, 0.0)


def test_a_question_without_labelled_facets_has_no_facet_measure():
    assert "facet" not in asked(LabelledQuestion("q", gold=("a",))).values


def test_quoting_another_procedure_is_coverage_without_being_right():
    worth = asked(LabelledQuestion("q", gold=("a",))).values

    assert (worth["coverage"], worth["direct right"], worth["right or offered"]) == (1.0, 0.0, 0.0)


def test_the_right_procedure_among_the_choices_counts_as_offered():
    one = asked(LabelledQuestion("q", gold=("a",)), status="clarification", quoted="", offered=("c", "a"))

    assert (one.values["coverage"], one.values["right or offered"]) == (0.0, 1.0)
    assert one.values["false refusal"] == 0.0
    assert "direct right" not in one.values


def test_handing_over_what_is_published_is_a_false_refusal():
    worth = asked(LabelledQuestion("q", gold=("a",)), status="unanswerable_not_found", quoted="").values

    assert (worth["false refusal"], worth["refused by kind"]) == (1.0, 0.0)


def test_a_missing_procedure_answered_is_a_wrong_direct_answer():
    worth = asked(LabelledQuestion("q", kind="abolished_or_missing")).values

    assert (worth["missing answered"], worth["direct right"]) == (1.0, 0.0)
    assert "hit@1" not in worth


@pytest.mark.parametrize(
    ("status", "offered", "quiet"),
    [
        ("refused_out_of_scope", (), 1.0),
        ("unanswerable_not_found", (), 1.0),
        ("answered", (), 0.0),
        ("contact", (), 0.0),
        ("clarification", ("a",), 0.0),
    ],
)
def test_off_topic_is_quiet_only_when_neither_answered_nor_offered(status, offered, quiet):
    worth = asked(LabelledQuestion("q", kind="refuse"), status=status, offered=offered, quoted="").values

    assert worth["off-topic quiet"] == quiet


@pytest.mark.parametrize(
    ("label", "kind", "right"),
    [
        ("procedure", "procedure", 1.0),
        ("abolished_or_missing", "procedure", 1.0),
        ("refuse", "abuse", 1.0),
        ("refuse", "procedure", 0.0),
        ("contact", "contact", 1.0),
        ("legal_question", "procedure", 0.0),
    ],
)
def test_each_label_has_the_kinds_it_may_be_seen_as(label, kind, right):
    assert asked(LabelledQuestion("q", kind=label), kind=kind).values["kind"] == right


def test_ambiguous_questions_stand_in_a_group_of_their_own():
    clear = asked(LabelledQuestion("q", gold=("a",), source="seeds"))
    unclear = asked(LabelledQuestion("q", gold=("b",), kind="ambiguous", source="seeds"))

    table = by_group([clear, unclear])

    assert list(table) == [ALL, "ambiguous", "everyday"]
    assert table["everyday"]["hit@1"].n == table[ALL]["hit@1"].n == table["ambiguous"]["hit@1"].n == 1
    assert table["ambiguous"]["hit@1"].mean == 1.0


def test_direct_answers_are_right_or_wrong_over_all_three_sorts_of_questions():
    right = asked(LabelledQuestion("q", gold=("b",)))
    missing = asked(LabelledQuestion("q", kind="abolished_or_missing"))
    quiet = asked(LabelledQuestion("q", kind="refuse"), status="refused_abuse", quoted="")

    measures = by_group([right, missing, quiet])[ALL]

    assert (measures["direct right"].mean, measures["direct right"].n) == (0.5, 2)


def test_near_domain_is_told_apart_by_the_confidence_without_the_right_procedure():
    questions = [asked(LabelledQuestion("q", gold=("a",)), near_confidence=near) for near in (0.1, 0.9)]

    measures = by_group(questions)[ALL]

    assert measures["AUROC near-domain"].mean == 0.5
    assert measures["near-domain passing"].mean == 0.5


def test_hits_by_usage_weigh_the_procedure_that_people_file():
    # 1.004194, đăng ký tạm trú, is filed; a code that nobody files weighs nothing.
    filed = asked(LabelledQuestion("q", gold=("1.004194",)), codes=("1.004194",))
    never = asked(LabelledQuestion("q", gold=("9.999999",)))

    measures = by_group([filed, never])[ALL]

    assert (measures["hit@1"].mean, measures["usage hit@1"].mean) == (0.5, 1.0)


def test_styles_hold_answerable_questions_only():
    table = by_style([asked(LabelledQuestion("q", kind="refuse", style="plain"))])

    assert table == {}


def test_two_runs_are_compared_over_the_questions_both_have():
    one = asked(LabelledQuestion("q", gold=("b",), id="1", source="seeds"))
    before = {"1": values(one.question, msgspec.structs.replace(GOT, codes=("x",)), family_of)}

    table = differences([one, asked(LabelledQuestion("q", gold=("b",), id="2"), id="2")], before)

    assert table[ALL]["hit@1"].mean == 1.0
    assert table[ALL]["hit@1"].n == 1
    assert set(table) == {ALL, "everyday"}
