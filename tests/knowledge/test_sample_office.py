"""
The bundled sample office, contacts, guides and questions: well formed, plainly a sample, and true.

The last tests compare the answers with the national catalogue and need ``../shared``; without it
they are skipped.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.errors import Problem
from knowledge.reading import read_records
from knowledge.records import QA, Contact, Guide, Level, Office
from knowledge.text import fold

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "knowledge" / "sample"
CLERK_PAGE = ROOT / "docs" / "huong-dan-can-bo.md"
CATALOGUE = ROOT.parent / "shared" / "data" / "national_procedures_2026-07-18.jsonl.gz"

# Hotlines that are published for everyone. Nobody's number is ever guessed, so a sample has no other.
PUBLISHED_HOTLINES = {"18001096", "1022"}
_QUANTITY = re.compile(r"(\d+)\s*(ngày\s+làm\s+việc|ngày|giờ|tuổi|đồng|%)")
_UNITS = {"WORKING_DAY": "ngày làm việc", "DAY": "ngày", "HOUR": "giờ"}
# Vietnamese numbers as people write them: 1800/1900 lines, and 0 or +84 followed by 9 or 10 digits.
_PHONE = re.compile(r"(?<![\w.,/-])(?:1[89]00[ .]?\d{4,6}|(?:\+84|0)(?:[ .-]?\d){9,10})(?![\d/]|[.,]\d)")
# Procedures that sample answers rest on, and that only the national catalogue holds.
OUTSIDE_THE_SAMPLE = {
    "1.012590",
    "1.013133",
    "1.014062",
    "1.014063",
    "1.014064",
    "2.000815",
    "2.000884",
    "2.002854",
    "3.000228",
    "3.000348",
}
# Keys of a published record that hold identifiers and times of the portal, not facts for citizens.
_NO_FACTS = re.compile(r"id$|code$|at$|attachments?$", re.IGNORECASE)

needs_catalogue = pytest.mark.skipif(not CATALOGUE.exists(), reason="the national catalogue is not here")


@cache
def read_all(record_type: Any) -> tuple[Any, ...]:
    """Return the sample records of *record_type*, in the order of their files."""
    records = [item for path in own_files() for item in read_records(path)]
    assert not [str(item) for item in records if isinstance(item, Problem)]
    return tuple(item[0] for item in records if isinstance(item, tuple) and isinstance(item[0], record_type))


def own_files() -> list[Path]:
    tables = [SAMPLE / name for name in ("office.yaml", "contacts.yaml", "qa.yaml")]
    return [*tables, *sorted((SAMPLE / "guides").glob("*.md"))]


def figures(text: str) -> set[str]:
    """Return the numbers of *text* without leading zeros and without points between thousands."""
    joined = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text)
    return {figure.lstrip("0") or "0" for figure in re.findall(r"\d+", joined)}


def quantities(text: str) -> set[tuple[str, str]]:
    """Return the numbers of *text* that stand before a unit, with it: ("7", "ngày làm việc")."""
    joined = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text.lower())
    return {(number.lstrip("0") or "0", unit) for number, unit in _QUANTITY.findall(joined)}


def telephone_numbers(text: str) -> set[str]:
    return {re.sub(r"\D", "", found) for found in _PHONE.findall(text)}


@cache
def catalogue() -> dict[str, str]:
    """Return the published record of each procedure the sample questions name, as text."""
    wanted = {code for qa in read_all(QA) for code in qa.procedure_codes}
    with gzip.open(CATALOGUE, "rt", encoding="utf-8") as lines:
        entries = (json.loads(line) for line in lines)
        return {
            entry["code"].strip(): " ".join(facts_of(entry["detail"]))
            for entry in entries
            if entry["code"].strip() in wanted
        }


def facts_of(published: Any) -> Iterator[str]:
    """Yield every text and number a published record holds for a reader."""
    if isinstance(published, dict):
        # A row of a table: the number and its unit stand in two columns.
        yield f"{published.get('processingTime')} {_UNITS.get(published.get('processingTimeUnit', ''))}"
        yield f"{published.get('value')} đồng"
        for key, value in published.items():
            if not _NO_FACTS.search(key):
                yield from facts_of(value)
    elif isinstance(published, list):
        for value in published:
            yield from facts_of(value)
    elif published is not None:
        yield str(published)


def test_there_is_one_office_and_it_prefers_no_province() -> None:
    """A sample that named a province would push that province's own procedures to the front."""
    (office,) = read_all(Office)
    assert (office.level, office.province) == (Level.COMMUNE, "")
    assert "mẫu" in office.name
    assert all((office.address, office.holidays, office.reception_schedule))


def test_the_office_opens_on_weekdays_and_on_saturday_morning() -> None:
    (office,) = read_all(Office)
    assert [hours.days for hours in office.opening_hours] == ["Thứ 2 – Thứ 6", "Sáng thứ 7"]
    assert all(hours.times and hours.note for hours in office.opening_hours)


@pytest.mark.parametrize(("record_type", "at_least"), [(Contact, 10), (Guide, 14), (QA, 24)])
def test_there_is_enough_to_show(record_type: Any, at_least: int) -> None:
    assert len(read_all(record_type)) >= at_least


def test_every_record_is_marked_as_a_sample() -> None:
    records = [*read_all(Office), *read_all(Contact), *read_all(Guide), *read_all(QA)]
    assert [record for record in records if not record.origin.sample] == []


def test_every_contact_of_the_sample_office_says_that_it_is_invented() -> None:
    (office,) = read_all(Office)
    local = [contact for contact in read_all(Contact) if contact.unit == office.name]
    assert len(local) >= 8
    assert [contact.contact_id for contact in local if "mẫu" not in contact.name] == []
    assert [contact.contact_id for contact in local if "mẫu" not in contact.address + contact.hours] == []


def test_only_hotlines_have_a_number() -> None:
    numbers = {
        contact.contact_id: [re.sub(r"\D", "", phone.number) for phone in contact.phones]
        for contact in read_all(Contact)
        if contact.phones
    }
    assert numbers == {"hotline-cong-dich-vu-cong": ["18001096"], "tong-dai-1022": ["1022"]}


def test_no_other_telephone_number_stands_anywhere_in_the_sample() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in SAMPLE.rglob("*") if path.is_file()}
    found = {path.name: telephone_numbers(text) - PUBLISHED_HOTLINES for path, text in texts.items()}
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("gọi 1800 1096 nhé", {"18001096"}),
        ("0912 345 678 hoặc +84 24 3823 4567", {"0912345678", "842438234567"}),
        ("500.000 đồng, mã 1.013124, Quyết định 24/2021/QĐ-TTg, mã 000.00.00.G15", set()),
    ],
)
def test_telephone_numbers_are_told_from_amounts_and_codes(text: str, numbers: set[str]) -> None:
    assert telephone_numbers(text) == numbers


def test_every_contact_is_named_as_citizens_name_it() -> None:
    assert {
        contact.contact_id: len(contact.about) for contact in read_all(Contact) if len(contact.about) < 5
    } == {}


def test_every_guide_is_complete_and_answers_eight_phrasings() -> None:
    for guide in read_all(Guide):
        assert all((guide.title, guide.source, guide.link, guide.checked_on)), guide.guide_id
        assert len({fold(question) for question in guide.questions}) >= 8, guide.guide_id
        assert 300 <= len(guide.body) <= 2000, guide.guide_id


def test_a_guide_is_found_by_its_file_name() -> None:
    assert [guide.guide_id for guide in read_all(Guide)] == [
        path.stem for path in own_files() if path.suffix == ".md"
    ]


def test_guides_about_passwords_and_codes_warn_against_giving_them_away() -> None:
    warned = {"tao-tai-khoan-vneid-muc-1", "kich-hoat-dinh-danh-muc-2", "quen-mat-khau-vneid",
              "thanh-toan-truc-tuyen", "khong-nhan-duoc-otp", "nho-nguoi-khac-nop-ho",
              "to-ho-tro-nop-ho-so"}  # fmt: skip
    bodies = {guide.guide_id: guide.body for guide in read_all(Guide)}
    assert [guide_id for guide_id in sorted(warned) if "mã otp" not in bodies[guide_id].lower()] == []


def test_no_phrasing_leads_to_two_guides_or_questions() -> None:
    owners: dict[str, list[str]] = {}
    for record_id, phrasing in phrasings():
        owners.setdefault(fold(phrasing).rstrip(" ?"), []).append(record_id)
    assert {phrasing: ids for phrasing, ids in owners.items() if len(ids) > 1} == {}


def phrasings() -> list[tuple[str, str]]:
    guides = [(guide.guide_id, text) for guide in read_all(Guide) for text in guide.questions]
    return guides + [(qa.qa_id, text) for qa in read_all(QA) for text in (qa.question, *qa.also_asked)]


def test_every_question_is_complete_and_asked_in_other_words_too() -> None:
    for qa in read_all(QA):
        assert all((qa.question, qa.answer, qa.sector, qa.approved_by)), qa.qa_id
        assert len(qa.also_asked) >= 4, qa.qa_id
        assert qa.approved_on is not None, qa.qa_id
        assert qa.expires_on is not None, qa.qa_id
        assert qa.approved_on < qa.expires_on, qa.qa_id


def test_an_answer_short_enough_for_a_telephone_screen() -> None:
    assert [qa.qa_id for qa in read_all(QA) if len(qa.answer) > 450] == []


def test_an_answer_with_a_passing_rate_expires_with_the_rate() -> None:
    for qa in read_all(QA):
        for day, month, year in re.findall(r"hết ngày (\d{2})/(\d{2})/(\d{4})", qa.answer):
            assert f"{qa.expires_on:%d/%m/%Y}" == f"{day}/{month}/{year}", qa.qa_id


def test_questions_cover_the_everyday_fields() -> None:
    assert len({qa.sector for qa in read_all(QA)}) >= 14


def test_answers_about_the_office_say_what_the_office_published() -> None:
    """An answer without a procedure rests on office.yaml and contacts.yaml: same figures, same days."""
    published = figures(
        "".join((SAMPLE / f"{name}.yaml").read_text("utf-8") for name in ("office", "contacts"))
    )
    about_office = [qa for qa in read_all(QA) if not qa.procedure_codes]
    assert len(about_office) >= 3
    assert {
        qa.qa_id: figures(qa.answer) - published for qa in about_office if figures(qa.answer) - published
    } == {}


def test_most_answers_rest_on_a_bundled_procedure() -> None:
    """The others name a procedure of the national catalogue that the small sample does not hold."""
    bundled = {
        yaml.safe_load(path.read_text("utf-8"))["code"] for path in (SAMPLE / "procedures").glob("*.yaml")
    }
    named = {code for qa in read_all(QA) for code in qa.procedure_codes}
    assert named - bundled <= OUTSIDE_THE_SAMPLE


def test_every_example_of_the_clerks_page_can_be_imported(tmp_path: Path) -> None:
    written = [save_example(tmp_path, name, text) for name, text in clerk_examples().items()]
    items = [item for path in written for item in read_records(path)]
    assert [type(item[0]) for item in items if isinstance(item, tuple)] == [Office, Contact, Guide, QA]


def test_the_clerks_page_shows_the_error_as_it_is_printed(tmp_path: Path) -> None:
    wrong = clerk_examples()["qa.yaml"].replace('approved_on: "2026-11-20"', 'approved_on: "20/11/2026"')
    (problem,) = read_records(save_example(tmp_path, "qa.yaml", wrong))
    assert f"\n{problem}\n" in CLERK_PAGE.read_text(encoding="utf-8")


def clerk_examples() -> dict[str, str]:
    """Return the examples of the clerk's page by file name, in its order."""
    page = CLERK_PAGE.read_text(encoding="utf-8")
    names = re.findall(r"^### .*`(.+)`$", page, re.MULTILINE)
    sections = re.split(r"^#{2,3} ", page, flags=re.MULTILINE)
    parts = [section for section in sections if re.match(r".*`.+`\n", section)]
    examples = [re.findall(r"^```(?:yaml|markdown)\n(.*?)^```", part, re.M | re.S)[0] for part in parts]
    return dict(zip(names, examples, strict=True))


def save_example(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@needs_catalogue
def test_every_named_procedure_is_published_nationally() -> None:
    named = {code for qa in read_all(QA) for code in qa.procedure_codes}
    assert named - catalogue().keys() == set()


@needs_catalogue
def test_no_figure_of_an_answer_is_invented() -> None:
    invented = {}
    for qa in read_all(QA):
        known = figures(" ".join(catalogue()[code] for code in qa.procedure_codes))
        if qa.procedure_codes and figures(qa.answer) - known:
            invented[qa.qa_id] = figures(qa.answer) - known
    assert invented == {}


@needs_catalogue
def test_no_figure_of_an_answer_has_changed_its_unit() -> None:
    changed = {}
    for qa in read_all(QA):
        known = quantities(" ".join(catalogue()[code] for code in qa.procedure_codes))
        if qa.procedure_codes and quantities(qa.answer) - known:
            changed[qa.qa_id] = quantities(qa.answer) - known
    assert changed == {}
