"""No figure in an answer that is not in its record; and the checker catches those that are not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.composing import compose_procedure
from handlers.verbatim import facts_of, unsupported, unsupported_facts
from knowledge.passages import Facet
from knowledge.records import (
    ChargeKind,
    DossierCase,
    LegalDocument,
    Stage,
    SubmissionMode,
    TimeUnit,
)
from tests.composing_samples import HOTLINE, OFFICE, charge, method, paper, procedure

CATALOGUE = next(
    iter((Path(__file__).parents[3] / "shared" / "data").glob("national_procedures_*.jsonl.gz")), None
)


def check(record, **others):
    facts = facts_of(record, *others.values())
    for facet in Facet:
        for full in (False, True):
            text = compose_procedure(record, (facet,), full=full, **others).text
            assert unsupported(text, facts) == [], (facet, full)


def test_every_figure_of_every_answer_stands_in_the_record():
    check(procedure())


def test_the_figures_of_office_and_hotline_are_facts_when_they_are_given():
    silent = procedure(submission_methods=())
    text = compose_procedure(silent, (Facet.WHERE, Facet.FEE), office=OFFICE, hotlines=(HOTLINE,)).text
    assert unsupported_facts(text, silent, OFFICE, HOTLINE) == []
    assert "0999" in unsupported_facts(text, silent)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("30.000 đồng", "35.000 đồng"),
        ("15.000 đồng", "15.000 USD"),
        ("9.000123", "9.000124"),
        ("77/QĐ-BOM", "77/QĐ-BON"),
        ("15/04/2026", "16/04/2026"),
        ("019d-ong", "019d-meo"),
    ],
)
def test_a_planted_figure_is_caught(right, wrong):
    text = compose_procedure(procedure(), (Facet.FEE,)).text
    assert right in text
    assert unsupported_facts(text.replace(right, wrong), procedure()) != []


@pytest.mark.parametrize("wrong", ["5 ngày", "5 giờ", "5 tháng", "50 ngày làm việc"])
def test_a_unit_turned_into_another_is_caught(wrong):
    only = procedure(submission_methods=(method(time=5.0),), stages=())
    text = compose_procedure(only, (Facet.TIME,)).text
    assert unsupported_facts(text.replace("5 ngày làm việc", wrong), only) != []


def test_a_bare_number_without_a_unit_is_no_time():
    only = procedure(submission_methods=(method(time=1.0, unit=TimeUnit.UNSTATED),), stages=())
    assert unsupported_facts("Trả kết quả sau 1 ngày làm việc", only) == ["1", "1 ngày làm việc"]


def test_a_wrong_quantity_is_caught():
    text = compose_procedure(procedure(), (Facet.DOCUMENTS,)).text
    assert unsupported_facts(text.replace("02 bản sao", "03 bản sao"), procedure()) == ["03", "03 bản sao"]


WORDS = st.text(alphabet="abcđêghơ", min_size=1, max_size=7)
FIGURES = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(1, 999).map(lambda n: f"{n}.000 đồng"),
    st.integers(1, 90).map(lambda n: f"{n:02d} ngày làm việc"),
    st.integers(1, 200).map(lambda n: f"{n}/2024/NĐ-CP"),
    st.sampled_from(
        ["(", ")", ";", ".", ":\n-", "..", "- -", "\n", "https://a.vn/x?y=1", "50%", "1.", "Miễn phí"]
    ),
)
TEXTS = st.lists(st.one_of(WORDS, FIGURES), max_size=60).map(" ".join)
CHARGES = st.builds(
    charge,
    st.one_of(st.none(), st.integers(0, 10**8).map(float)),
    st.sampled_from(["VND", "USD", ""]),
    st.one_of(st.just(""), st.just("/hồ sơ"), st.just("đồng/lần"), TEXTS),
    st.sampled_from(ChargeKind),
)
METHODS = st.builds(
    method,
    st.sampled_from(SubmissionMode),
    st.one_of(st.none(), st.integers(0, 400).map(float), st.integers(1, 99).map(lambda n: n / 4)),
    st.sampled_from(TimeUnit),
    TEXTS,
    st.lists(CHARGES, max_size=3).map(tuple),
)
CASES = st.builds(
    DossierCase,
    TEXTS,
    st.lists(st.builds(paper, TEXTS, st.integers(0, 12), st.integers(0, 12)), max_size=8).map(tuple),
)
PROCEDURES = st.builds(
    procedure,
    title=TEXTS,
    stages=st.lists(st.builds(Stage, st.sampled_from(["", "Bước 1", "Bước 2"]), TEXTS), max_size=4).map(
        tuple
    ),
    submission_methods=st.lists(METHODS, max_size=5).map(tuple),
    dossier_cases=st.lists(CASES, max_size=4).map(tuple),
    conditions=TEXTS,
    legal_basis=st.lists(st.builds(LegalDocument, FIGURES, TEXTS), max_size=9).map(tuple),
    outcomes=st.lists(TEXTS, max_size=3).map(tuple),
    submission_addresses=TEXTS,
    decided_on=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2030, 1, 1))),
    publishing_decision=st.sampled_from(["", "543", "12/QĐ-BOM"]),
)


@settings(max_examples=60, deadline=None)
@given(PROCEDURES)
def test_no_published_shape_makes_composing_invent_a_figure(record):
    check(record)


@pytest.mark.skipif(CATALOGUE is None, reason="the national catalogue is not on this machine")
def test_the_first_hundred_real_procedures_show_no_figure_of_ours():
    from itertools import islice

    from knowledge.portal_file import read_portal

    assert CATALOGUE is not None
    for item in islice(read_portal(CATALOGUE), 100):
        assert isinstance(item, tuple)
        check(item[0])


def test_a_struck_figure_of_another_record_is_not_borrowed():
    other = replace(procedure(), publishing_decision="88/QĐ-BOM")
    text = compose_procedure(other, (Facet.FEE,)).text
    assert unsupported_facts(text, procedure()) == ["88/qđ-bom"]
