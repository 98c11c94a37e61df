from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from knowledge import codec
from knowledge.database import open_database, write_transaction
from knowledge.passages import RecordKind
from knowledge.records import ProcedureType
from knowledge.store import KnowledgeStore, SaveCounts
from tests import power_loss
from tests.record_samples import ORIGIN, a_contact, a_guide, a_procedure, a_qa, an_office

ONE_OF_EACH = (a_procedure(), a_contact(), a_guide(), a_qa(), an_office())


@pytest.fixture
def store(tmp_path) -> KnowledgeStore:
    return KnowledgeStore(open_database(tmp_path / "danhoi.db"))


def test_an_empty_store_says_so(store):
    assert store.version() == 0
    assert store.procedure("9.000001") is None
    assert store.office() is None
    assert (store.contacts(), store.guides(), store.qas(), tuple(store.procedures())) == ((), (), (), ())
    assert store.counts() == {"procedure": 0, "contact": 0, "guide": 0, "qa": 0, "office": 0}


def test_every_kind_of_record_comes_back_as_it_was_saved(store):
    assert store.save(ONE_OF_EACH) == SaveCounts(added=5, changed=0, unchanged=0)
    back = (store.procedure("9.000001"), *store.contacts(), *store.guides(), *store.qas(), store.office())
    assert back == ONE_OF_EACH
    assert store.counts() == dict.fromkeys(("procedure", "contact", "guide", "qa", "office"), 1)


def test_records_outlive_the_connection(tmp_path):
    first = open_database(tmp_path / "danhoi.db")
    KnowledgeStore(first).save(ONE_OF_EACH)
    first.close()
    again = KnowledgeStore(open_database(tmp_path / "danhoi.db"))
    assert (again.procedure("9.000001"), again.version()) == (a_procedure(), 1)


def test_saving_the_same_again_changes_nothing(store):
    store.save(ONE_OF_EACH, {(RecordKind.PROCEDURE, "9.000001"): b"{}"})
    before = power_loss.content_of(store.database)
    counts = store.save(ONE_OF_EACH, {(RecordKind.PROCEDURE, "9.000001"): b"{}"})
    assert counts == SaveCounts(added=0, changed=0, unchanged=5)
    assert power_loss.content_of(store.database) == before


def test_each_committed_change_raises_the_version_by_one(store):
    store.save([a_procedure(), a_guide()])
    assert store.version() == 1
    store.save([a_procedure(title="Tên mới"), a_guide(), a_qa()])
    assert store.version() == 2
    store.remove(RecordKind.QA, "gio-tha-dieu")
    assert store.version() == 3


def test_a_save_inside_the_callers_transaction_is_undone_with_it(store):
    with suppress(ValueError), write_transaction(store.database):
        store.save(ONE_OF_EACH)
        raise ValueError
    assert store.version() == 0
    assert sum(store.counts().values()) == 0


def test_internal_procedures_are_kept_but_not_shown_by_default(store):
    internal = a_procedure("5.000001", procedure_type=ProcedureType.INTERNAL)
    store.save([a_procedure(), internal])
    assert [each.code for each in store.procedures()] == ["9.000001"]
    assert [each.code for each in store.procedures(public_only=False)] == ["5.000001", "9.000001"]


def test_codes_are_text_and_keep_their_zeros(store):
    store.save([a_procedure("1.004220"), a_procedure("1.00422")])
    assert [each.code for each in store.procedures()] == ["1.00422", "1.004220"]


def test_records_come_by_key_whatever_the_order_they_were_saved_in(store):
    store.save([a_contact("b"), a_contact("a"), a_procedure("9.000002"), a_procedure("9.000001")])
    assert [each.contact_id for each in store.contacts()] == ["a", "b"]
    assert [each.code for each in store.procedures()] == ["9.000001", "9.000002"]


def test_there_is_at_most_one_office(store):
    store.save([an_office(name="Xã Cũ")])
    store.save([an_office(name="Xã Mới")])
    assert (store.office().name, store.counts()["office"]) == ("Xã Mới", 1)


def test_the_original_is_kept_byte_for_byte(store):
    original = b'{ "ten" : "Th\xe1\xbb\xa7 t\xe1\xbb\xa5c",\r\n "x": 0.10 }\n'
    store.save([a_procedure()], {(RecordKind.PROCEDURE, "9.000001"): original})
    assert store.original("9.000001") == original
    assert store.original("9.999999") is None


def test_fingerprints_name_every_record(store):
    store.save(ONE_OF_EACH)
    assert store.fingerprints() == {
        ("procedure", "9.000001"): codec.fingerprint(a_procedure()),
        ("contact", "mot-cua"): codec.fingerprint(a_contact()),
        ("guide", "dang-nhap"): codec.fingerprint(a_guide()),
        ("qa", "gio-tha-dieu"): codec.fingerprint(a_qa()),
        ("office", "office"): codec.fingerprint(an_office()),
    }


def test_what_a_procedure_said_before_is_kept(store):
    first, second = a_procedure(title="Bản một"), a_procedure(title="Bản hai")
    store.save([first])
    store.save([second])
    store.save([a_procedure(title="Bản ba")])
    assert [each.procedure for each in store.earlier_versions("9.000001")] == [second, first]
    assert store.earlier_versions("9.000001")[1].fingerprint == codec.fingerprint(first)


def test_a_new_crawl_of_the_same_text_is_a_change_without_an_earlier_version(store):
    recrawled = a_procedure(origin=replace(ORIGIN, crawled_on=date(2026, 9, 1)))
    store.save([a_procedure()])
    assert store.save([recrawled]) == SaveCounts(added=0, changed=1, unchanged=0)
    assert store.procedure("9.000001") == recrawled
    assert store.earlier_versions("9.000001") == ()


def test_a_removed_procedure_is_gone_with_its_original_and_remembered_as_earlier(store):
    store.save([a_procedure()], {(RecordKind.PROCEDURE, "9.000001"): b"{}"})
    assert store.remove(RecordKind.PROCEDURE, "9.000001")
    assert (store.procedure("9.000001"), store.original("9.000001")) == (None, None)
    assert [each.procedure for each in store.earlier_versions("9.000001")] == [a_procedure()]


def test_removing_what_is_not_there_changes_nothing(store):
    assert not store.remove(RecordKind.GUIDE, "khong-co")
    assert store.version() == 0


def test_staff_can_read_in_sql_what_came_when_and_from_where(store):
    store.save([a_procedure(), a_guide()])
    store.save([a_procedure(title="Tên mới")])
    rows = store.database.query("SELECT version, added, changed, removed, sources FROM changes")
    assert list(rows) == [
        {"version": 1, "added": 2, "changed": 0, "removed": 0, "sources": "thu-tuc-mau.jsonl"},
        {"version": 2, "added": 0, "changed": 1, "removed": 0, "sources": "thu-tuc-mau.jsonl"},
    ]
    (row,) = store.database.query("SELECT title, sector, updated_on, crawled_on, source FROM procedures")
    assert row == {
        "title": "Tên mới",
        "sector": "Diều",
        "updated_on": "2026-03-04",
        "crawled_on": "2026-07-18",
        "source": "thu-tuc-mau.jsonl",
    }
