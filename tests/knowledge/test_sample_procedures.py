"""
The bundled sample procedures: well formed everywhere, and true to the national catalogue.

The second half compares every fact with the catalogue and needs ``../shared``; without it those
tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from knowledge.errors import Problem
from knowledge.reading import read_records
from knowledge.records import LegalDocument, Procedure, RequiredDocument
from knowledge.text import clean, one_line

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "knowledge" / "sample" / "procedures"
CATALOGUE = ROOT.parent / "shared" / "data" / "national_procedures_2026-07-18.jsonl.gz"
FILES = sorted(FOLDER.glob("*.yaml"))
VIETNAM = timezone(timedelta(hours=7))

needs_catalogue = pytest.mark.skipif(not CATALOGUE.exists(), reason="the national catalogue is not here")
each_file = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])

MODES = {"DIRECT": "direct", "ONLINE": "online", "POSTAL": "postal"}
UNITS = {"OTHER": "unstated"}  # the others keep their name in lower case
KINDS = {"FEE": "fee", "SERVICE_FEE": "charge", "PRICE_LEVEL": "price"}
CURRENCIES = {"Việt Nam Đồng": "VND", "USD": "USD", "": ""}
LEVELS = {"isWard": "commune", "isProvince": "province", "isMinistry": "ministry", "isOtherAgency": "other"}
TYPES = {"STANDARD": "national", "SPECIFIC": "provincial", "STANDARD_INTERNAL": "internal"}

# Names that are facts and stand for one word each when two wordings are compared. Longer names of
# agencies, results, laws and the procedure itself come from the record.
FIXED_NAMES = (
    "Cổng dịch vụ công quốc gia",
    "Cổng dịch vụ công Bộ Công an",
    "Ứng dụng định danh quốc gia",
    "Cơ sở dữ liệu quốc gia về dân cư",
    "Cơ sở dữ liệu hộ tịch điện tử",
    "Cơ sở dữ liệu căn cước",
    "Cơ sở dữ liệu về cư trú",
    "Trung tâm Phục vụ hành chính công",
    "Hội đồng nhân dân tỉnh",
    "Ủy ban nhân dân cấp xã",
    "Mẫu hộ tịch điện tử tương tác",
    "Cổng dịch vụ công quản lý cư trú",
    "Cơ sở dữ liệu quốc gia về đất đai",
    "Cơ quan quản lý Cơ sở dữ liệu hộ tịch điện tử",
    "Phiếu tiếp nhận hồ sơ và hẹn trả kết quả",
    "Phiếu từ chối tiếp nhận, giải quyết hồ sơ",
    "Tờ khai thay đổi thông tin cư trú",
    "Phiếu thu thập thông tin dân cư",
    "Phiếu đề nghị giải quyết thủ tục về căn cước",
    "Phiếu đề nghị cấp tài khoản định danh điện tử",
    "tài khoản định danh điện tử mức độ 02",
    "thẻ Căn cước công dân gắn chip điện tử",
    "Giấy chứng nhận đăng ký nghĩa vụ quân sự",
    "Giấy chứng nhận đăng ký quân nhân dự bị",
    "số định danh cá nhân",
    "cơ quan có thẩm quyền",
)

PAPER = re.compile(
    r"^[-+*\s]*((?:Ảnh|Bản|Bảng|Bằng|Biên bản|Danh sách|Đơn|Giấy|Hóa đơn|Hồ sơ|Hợp đồng|Mẫu|Phiếu"
    r"|Quyết định|Sổ|Thẻ|Tờ khai|Văn bản)[^,;:.(]*)"
)


@cache
def read_sample(path: Path) -> Procedure:
    """Return the one procedure in *path*, as an import would read it."""
    (found,) = read_records(path)
    assert not isinstance(found, Problem), found
    assert isinstance(found[0], Procedure)
    return found[0]


def all_documents(procedure: Procedure) -> list[RequiredDocument]:
    return [document for case in procedure.dossier_cases for document in case.documents]


def test_there_are_sample_procedures() -> None:
    assert FILES


@each_file
def test_a_sample_file_holds_one_public_procedure_under_its_own_code(path: Path) -> None:
    procedure = read_sample(path)
    assert procedure.code == path.stem
    assert procedure.is_public
    assert procedure.origin.sample
    assert procedure.origin.crawled_on == date(2026, 7, 18)


@each_file
def test_a_sample_procedure_says_who_published_it_and_how_to_file_it(path: Path) -> None:
    procedure = read_sample(path)
    assert procedure.publishing_decision
    assert procedure.publisher
    assert procedure.submission_methods
    assert procedure.stages
    assert all_documents(procedure)


@each_file
def test_no_text_of_a_sample_procedure_is_left_ragged(path: Path) -> None:
    for text in texts_of(msgspec.to_builtins(read_sample(path))):
        assert text == clean(text).strip()


def test_a_name_counts_as_one_word_when_wordings_are_compared() -> None:
    sentence = "mang hồ sơ đến Trung tâm Phục vụ hành chính công để nộp trước ngày đã hẹn nhé"
    assert shingles(sentence, []) == {
        "mang hồ sơ đến trung_tâm_phục_vụ_hành_chính_công để nộp trước ngày đã hẹn nhé"
    }


def test_a_figure_is_the_same_with_and_without_points_and_leading_zeros() -> None:
    assert figures("10.000 đồng, 03 ngày, mã 1.001193") == {"10000", "3", "1", "1193"}


# ---------------------------------------------------------------- against the national catalogue


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, Any]]:
    """The catalogue's details of the sampled codes, by code."""
    codes = {path.stem for path in FILES}
    found = {}
    with gzip.open(CATALOGUE, "rt", encoding="utf-8") as lines:
        for line in lines:
            # Parsing all 5,665 records takes seconds; the code stands near the start of its line.
            if (match := re.search(r'"code": ?"([^"]+)"', line[:200])) and match[1].strip() in codes:
                found[match[1].strip()] = json.loads(line)["detail"]
    return found


@needs_catalogue
@each_file
def test_the_heading_of_a_sample_is_the_published_one(path: Path, published: dict[str, Any]) -> None:
    procedure, detail = read_sample(path), published[path.stem]
    decision = detail["procedureProposal"]
    assert procedure.title == one_line(detail["name"])
    assert procedure.sector == ", ".join(one_line(entry["name"]) for entry in detail["categoriesDetails"])
    assert procedure.publisher == one_line(detail["departmentPromulgateName"])
    assert procedure.publishing_decision == one_line(decision["proposalNumber"])
    assert procedure.decided_on == day_of(decision["decisionDate"])
    assert procedure.updated_on == day_of(detail["updatedAt"])
    assert procedure.procedure_type == TYPES[detail["type"]]
    assert procedure.levels == tuple(level for flag, level in LEVELS.items() if detail[flag])
    assert procedure.portal_id == detail["id"]


@needs_catalogue
@each_file
def test_times_and_fees_of_a_sample_are_the_published_ones(path: Path, published: dict[str, Any]) -> None:
    ours = [
        (
            method.mode,
            method.processing_time,
            method.processing_time_unit,
            [(charge.kind, charge.amount, charge.currency) for charge in method.charges],
        )
        for method in read_sample(path).submission_methods
    ]
    theirs = [
        (
            MODES[row["submissionMethod"]],
            row.get("processingTime"),
            UNITS.get(row["processingTimeUnit"], row["processingTimeUnit"].lower()),
            [(KINDS[fee["type"]], fee.get("value"), currency_of(fee)) for fee in row["fees"]],
        )
        for row in published[path.stem]["executionMethods"]
    ]
    assert ours == theirs


@needs_catalogue
@each_file
def test_a_fee_is_described_exactly_where_the_catalogue_describes_it(
    path: Path, published: dict[str, Any]
) -> None:
    ours = [bool(c.description) for m in read_sample(path).submission_methods for c in m.charges]
    theirs = [
        bool((fee.get("description") or "").strip())
        for row in published[path.stem]["executionMethods"]
        for fee in row["fees"]
    ]
    assert ours == theirs


@needs_catalogue
@each_file
def test_papers_of_a_sample_are_as_many_as_published(path: Path, published: dict[str, Any]) -> None:
    """Case by case, in any order: copies, originals and forms; notes may be merged or left out."""
    ours = [
        sorted((row.originals, row.copies, [f.name for f in row.forms]) for row in papers(case.documents))
        for case in read_sample(path).dossier_cases
    ]
    theirs = [
        sorted(
            (row["originalQty"], row["copyQty"], [file["fileName"] for file in row.get("attachments") or []])
            for row in case["profileComponents"]
            if row["originalQty"] or row["copyQty"]
        )
        for case in published[path.stem]["executionCases"]
    ]
    assert sorted(filter(None, ours)) == sorted(filter(None, theirs))


@needs_catalogue
@each_file
def test_law_agencies_and_results_of_a_sample_are_the_published_ones(
    path: Path, published: dict[str, Any]
) -> None:
    procedure, detail = read_sample(path), published[path.stem]
    codes = {one_line(law["code"]) for law in detail["legalBasisesDetails"]}
    assert law_codes(procedure.legal_basis) <= codes
    assert len(procedure.legal_basis) >= min(8, len(codes))
    assert len(procedure.outcomes) == len(names(detail["resultsDetails"]))
    assert set(procedure.applicants) == names(detail["subjectTypesDetails"])
    for ours, key in (
        (procedure.handling_agencies, "Executing"),
        (procedure.competent_agencies, "Authority"),
        (procedure.coordinating_agencies, "Coordinating"),
    ):
        assert set(ours) == names(detail[f"departments{key}"]) | names(detail[f"unitGroups{key}"])


@needs_catalogue
@each_file
def test_no_sentence_of_a_sample_is_copied(path: Path, published: dict[str, Any]) -> None:
    assert copied_passages(read_sample(path), published[path.stem]) == set()


@needs_catalogue
@each_file
def test_no_figure_of_a_sample_is_invented(path: Path, published: dict[str, Any]) -> None:
    """Every number in our wording stands somewhere in the published record."""
    known = figures(" ".join(texts_of(published[path.stem])))
    assert {figure for text in wording_of(read_sample(path)) for figure in figures(text)} <= known


def day_of(milliseconds: int | None) -> date | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(VIETNAM).date()


def currency_of(fee: dict[str, Any]) -> str:
    return CURRENCIES[fee.get("currencyName") or ""]


def papers(documents: tuple[RequiredDocument, ...]) -> list[RequiredDocument]:
    return [document for document in documents if not document.is_note]


def law_codes(laws: tuple[LegalDocument, ...]) -> set[str]:
    return {law.code for law in laws}


def names(entries: list[dict[str, Any] | None] | None) -> set[str]:
    return {one_line(entry["name"]) for entry in entries or [] if entry}


def texts_of(value: object) -> list[str]:
    """Every string inside *value*, keys left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in texts_of(part)]
    return []


def wording_of(procedure: Procedure) -> list[str]:
    """The texts we wrote ourselves, as against names, codes and numbers."""
    methods = procedure.submission_methods
    return [
        procedure.description,
        procedure.conditions,
        procedure.note,
        *(stage.text for stage in procedure.stages),
        *(case.name for case in procedure.dossier_cases),
        *(document.name for document in all_documents(procedure)),
        *(method.description for method in methods),
        *(charge.description for method in methods for charge in method.charges),
    ]


def copied_passages(procedure: Procedure, detail: dict[str, Any]) -> set[str]:
    """Return the runs of twelve words that stand in our wording and in the record alike."""
    own_names = [
        procedure.title,
        re.sub(r"^(thủ tục )?(đăng ký )?", "", procedure.title, flags=re.IGNORECASE),
        *procedure.outcomes,
        *procedure.handling_agencies,
        *(one_line(law["name"] or "") for law in detail["legalBasisesDetails"]),
        *paper_names(detail),
    ]
    keys = ("executionSteps", "executionMethods", "executionCases", "requirementsAndConditions", "note")
    theirs: set[str] = set()
    for text in texts_of([detail[key] for key in keys]):
        theirs |= shingles(text, own_names)
    return {run for text in wording_of(procedure) for run in shingles(text, own_names)} & theirs


def paper_names(detail: dict[str, Any]) -> list[str]:
    """The names of the papers asked for, up to the first comma or bracket: facts like any name."""
    rows = [row["name"] for case in detail["executionCases"] for row in case["profileComponents"]]
    found = [match[1] for row in rows if (match := PAPER.match(clean(row)))]
    return [name for name in found if len(syllables(name)) <= 20]


def shingles(text: str, own_names: list[str], length: int = 12) -> set[str]:
    """Return the runs of *length* words of *text*, a name counting as one word."""
    words = " ".join(syllables(text))
    for name in sorted((*FIXED_NAMES, *own_names), key=len, reverse=True):
        spelled = syllables(name)
        if len(spelled) > 2:
            words = words.replace(" ".join(spelled), "_".join(spelled))
    tokens = words.split()
    return {" ".join(tokens[start : start + length]) for start in range(len(tokens) - length + 1)}


def syllables(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:[./-][^\W_]+)*", one_line(text).lower())


def figures(text: str) -> set[str]:
    """Return the numbers of *text* without leading zeros and without points between thousands."""
    joined = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text)
    return {figure.lstrip("0") or "0" for figure in re.findall(r"\d+", joined)}
