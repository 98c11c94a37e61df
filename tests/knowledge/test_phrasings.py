"""Citizens' wordings: searched or held out, never both; here or elsewhere."""

from __future__ import annotations

import re

import pytest

from knowledge.passages import PassagePart
from knowledge.phrasings import (
    NOT_A_PROCEDURE,
    OFF_TOPIC,
    Phrasing,
    asked_for_nothing,
    known_phrasings,
    new_questions,
    phrasing_passages,
    read_phrasings,
)
from knowledge.usage import online_submissions, traffic

WORDINGS = [Phrasing(("9.000001",), f"xin thả diều lần thứ {n}") for n in range(200)]
FOREIGN = [Phrasing(("9.000002", "9.000003"), f"nuôi rồng con thứ {n}") for n in range(50)]


def test_each_wording_is_either_searched_or_held_out():
    known, new = list(known_phrasings(WORDINGS)), list(new_questions(WORDINGS))

    assert {p.q for p in known} | {p.q for p in new} == {p.q for p in WORDINGS}
    assert not {p.q for p in known} & {p.q for p in new}


def test_about_one_in_twelve_is_held_out_and_always_the_same():
    share = len(list(new_questions())) / len(list(read_phrasings()))

    assert share == pytest.approx(1 / 12, abs=0.01)
    assert list(new_questions(WORDINGS)) == list(new_questions(WORDINGS))


def test_held_out_wordings_are_in_no_passage():
    texts = {passage.text for passage in phrasing_passages({"9.000001"}, WORDINGS)}

    assert texts == {p.q for p in known_phrasings(WORDINGS)}


def test_wordings_of_what_is_not_here_come_last_and_are_marked():
    parts = [passage.part for passage in phrasing_passages({"9.000001"}, [*FOREIGN, *WORDINGS])]

    border = parts.index(PassagePart.ELSEWHERE)
    assert set(parts[:border]) == {PassagePart.ASKED}
    assert set(parts[border:]) == {PassagePart.ELSEWHERE}


def test_a_wording_of_several_procedures_belongs_to_those_that_are_here():
    keys = {passage.key for passage in phrasing_passages({"9.000003"}, FOREIGN)}

    assert keys == {"9.000003"}


def test_a_wording_given_twice_gives_one_passage():
    known = next(known_phrasings(WORDINGS))

    assert len(list(phrasing_passages({"9.000001"}, [known, known]))) == 1


def test_every_shipped_wording_names_codes_that_look_like_codes():
    assert all(p.q.strip() and p.codes for p in read_phrasings())
    codes = {code for p in read_phrasings() for code in p.codes}
    assert not [code for code in codes if not re.fullmatch(r"\d\.\d{6,}(-Xoa)?", code)]


def test_more_people_ask_for_what_is_filed_more():
    rare = traffic(["no such code"])
    common = max(online_submissions(), key=online_submissions().__getitem__)

    assert rare == 1.0
    assert traffic([common, "no such code"]) > 7


@pytest.mark.parametrize("path", [NOT_A_PROCEDURE, OFF_TOPIC])
def test_a_sentence_that_no_procedure_answers_is_either_searched_or_held_out(path):
    known, new = (set(asked_for_nothing(path, held_out=held)) for held in (False, True))

    assert known | new == set(path.read_text(encoding="utf-8").splitlines())
    assert not known & new
    assert len(known) == pytest.approx(len(new), rel=0.3)


def test_sentences_that_no_procedure_answers_come_from_elsewhere():
    nowhere = next(asked_for_nothing(OFF_TOPIC, held_out=False))

    found = {passage.text: passage.part for passage in phrasing_passages({"1.001193"})}

    assert found[nowhere] is PassagePart.ELSEWHERE
