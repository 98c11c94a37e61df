import numpy as np
import pytest

from index.passage_table import PassageTable, uid_of
from knowledge.passages import Facet, Passage, PassagePart, RecordKind
from knowledge.splitting import passages_of
from tests.record_samples import a_guide, a_procedure

PASSAGES = (*passages_of(a_procedure()), *passages_of(a_guide()))


def test_a_row_tells_id_record_part_and_facet():
    table = PassageTable.of(PASSAGES)
    row = table.ids.index("guide/dang-nhap#asked-1")

    assert table.record_of(row) == (RecordKind.GUIDE, "dang-nhap")
    assert table.part_of(row) is PassagePart.ASKED
    assert table.facet_of(row) is Facet.OVERVIEW
    assert row in table.rows_with(PassagePart.ASKED)


def test_the_table_survives_being_written():
    table = PassageTable.from_bytes(PassageTable.of(PASSAGES).to_bytes())

    assert table.ids == [passage.passage_id for passage in PASSAGES]
    assert table.uids.tolist() == [uid_of(passage) for passage in PASSAGES]


def test_a_row_is_found_by_uid_and_a_strange_uid_is_not():
    table = PassageTable.of(PASSAGES)

    assert table.rows_of(np.array([table.uids[3], 5, table.uids[0]])).tolist() == [3, -1, 0]


def test_an_empty_table_knows_no_uid():
    table = PassageTable.of(())

    assert len(table) == 0
    assert table.rows_of(np.array([5])).tolist() == [-1]


def test_two_passages_of_one_id_are_refused():
    with pytest.raises(ValueError, match=r"two passages are called 9\.000001#title"):
        PassageTable.of((*PASSAGES, PASSAGES[0]))


def test_a_uid_changes_with_the_text_and_with_the_id():
    one = Passage("a#steps", RecordKind.PROCEDURE, "a", PassagePart.BODY, Facet.STEPS, "nộp đơn")
    other_text = Passage("a#steps", RecordKind.PROCEDURE, "a", PassagePart.BODY, Facet.STEPS, "nộp tờ")
    other_id = Passage("b#steps", RecordKind.PROCEDURE, "b", PassagePart.BODY, Facet.STEPS, "nộp đơn")

    assert len({uid_of(one), uid_of(other_text), uid_of(other_id)}) == 3
    assert 0 <= uid_of(one) < 2**63
