from concurrent.futures import ThreadPoolExecutor

import pytest

from index.gathering import gather
from index.snapshot import RecordSnapshot, write_snapshot
from knowledge.passages import RecordKind
from knowledge.records import Level, ProcedureType
from knowledge.splitting import asked_passage, passages_of
from tests.fakes_index import save_records
from tests.record_samples import a_contact, a_guide, a_procedure, a_qa, an_office

RECORDS = (
    a_procedure("9.000001", title="Cấp phép thả diều (cấp xã)"),
    a_procedure(
        "9.000002",
        title="Cấp phép thả diều (cấp tỉnh)",
        levels=(Level.PROVINCE,),
        handling_agencies=("Sở Diều",),
    ),
    a_contact(),
    a_guide(),
    a_qa(),
    an_office(),
)
ASKED = asked_passage(RecordKind.PROCEDURE, "9.000001", 1, "muốn thả diều thì xin ai")


@pytest.fixture
def knowledge(tmp_path):
    return gather(save_records(tmp_path / "danhoi.db", *RECORDS), lambda codes: [ASKED])


@pytest.fixture
def snapshot(knowledge, tmp_path):
    write_snapshot(tmp_path / "records.db", knowledge, None)
    return RecordSnapshot.open(tmp_path / "records.db")


def test_every_record_comes_back_as_it_was(snapshot):
    procedure, other, contact, guide, qa, office = RECORDS

    assert snapshot.procedure("9.000001") == procedure
    assert snapshot.procedure("9.000002") == other
    assert snapshot.contact("mot-cua") == contact
    assert snapshot.guide("dang-nhap") == guide
    assert snapshot.qa("gio-tha-dieu") == qa
    assert snapshot.office() == office
    assert (snapshot.contacts(), snapshot.guides(), snapshot.qas()) == ((contact,), (guide,), (qa,))


def test_what_is_not_there_is_none(snapshot):
    assert snapshot.procedure("mot-cua") is None
    assert snapshot.contact("x") is snapshot.guide("x") is snapshot.qa("x") is None


def test_a_card_tells_family_and_levels(snapshot):
    commune, province = snapshot.cards["9.000001"], snapshot.cards["9.000002"]

    assert (commune.family, province.family) == ("9.000001", "9.000001")
    assert (commune.agency_levels, province.agency_levels) == ((Level.COMMUNE,), (Level.PROVINCE,))
    assert province.title == "Cấp phép thả diều (cấp tỉnh)"


def test_the_text_of_any_passage_can_be_shown(snapshot):
    for record in RECORDS[:-1]:
        for passage in passages_of(record):
            assert snapshot.passage_text(passage.kind, passage.key, passage.passage_id) == passage.text
    assert snapshot.passage_text(ASKED.kind, ASKED.key, ASKED.passage_id) == ASKED.text
    assert snapshot.passage_text(RecordKind.PROCEDURE, "9.000001", "9.000001#steps-9") == ""
    assert snapshot.passage_text(RecordKind.GUIDE, "x", "guide/x#title") == ""


def test_an_internal_procedure_is_not_even_in_the_file(tmp_path):
    internal = a_procedure("5.000001", procedure_type=ProcedureType.INTERNAL)
    knowledge = gather(save_records(tmp_path / "danhoi.db", *RECORDS, internal))
    write_snapshot(tmp_path / "records.db", knowledge, None)

    assert RecordSnapshot.open(tmp_path / "records.db").procedure("5.000001") is None
    assert b"5.000001" not in (tmp_path / "records.db").read_bytes()


def test_copied_from_an_older_snapshot_the_content_is_the_same(knowledge, snapshot, tmp_path):
    write_snapshot(tmp_path / "copy.db", knowledge, snapshot)

    assert (tmp_path / "copy.db").read_bytes() == (tmp_path / "records.db").read_bytes()


def test_a_changed_record_is_not_copied(snapshot, tmp_path):
    changed = a_procedure("9.000001", title="Cấp phép thả diều sáo")
    knowledge = gather(save_records(tmp_path / "danhoi.db", changed))
    write_snapshot(tmp_path / "new.db", knowledge, snapshot)

    assert RecordSnapshot.open(tmp_path / "new.db").procedure("9.000001") == changed


def test_many_threads_read_while_the_file_is_gone(snapshot, tmp_path):
    (tmp_path / "records.db").unlink()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(snapshot.procedure, ["9.000001", "9.000002"] * 100))

    assert found == list(RECORDS[:2]) * 100
