import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import lexical
from index.lexical import LexicalIndex, LexicalWeights
from index.passage_table import PassageTable, uid_of
from knowledge.passages import PassagePart
from knowledge.splitting import passages_of
from tests.record_samples import a_guide, a_procedure

RECORDS = (
    a_procedure("9.000001", title="Đăng ký thường trú", description="Nơi ở của công dân"),
    a_procedure("9.000002", title="Cấp phép thả diều sáo", description="Diều có sáo, thường trú thì không"),
    a_procedure("9.000003", title="Thu hoạch trứng", description="Trứng gà"),
    a_guide(title="Đăng nhập", questions=("quên mật khẩu thì làm sao",), body="Chọn Quên mật khẩu."),
)
PASSAGES = [passage for record in RECORDS for passage in passages_of(record)]
TITLES = (PassagePart.TITLE,)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return make(tmp_path_factory.mktemp("words") / "words", PASSAGES)


def make(folder, passages):
    folder.mkdir()
    lexical.build(folder, passages)
    return LexicalIndex.open(folder, PassageTable.of(passages))


def found(index, query, *args, passages=PASSAGES, **kwargs):
    return [passages[row].passage_id for row in index.search(query, *args, **kwargs)[0]]


def test_the_title_with_the_words_comes_first(index):
    assert found(index, "đăng ký thường trú", 3)[0] == "9.000001#title"


def test_words_without_marks_find_the_same(index):
    assert found(index, "dang ky thuong tru", 3)[0] == "9.000001#title"


def test_both_tone_placements_are_one_word(tmp_path):
    passages = list(passages_of(a_procedure(title="Hoà giải ở cơ sở")))
    index = make(tmp_path / "words", passages)

    assert found(index, "hòa giải", 1, TITLES, passages=passages) == ["9.000001#title"]


def test_marks_tell_words_apart(index):
    """Folded, "trứng" (egg) and "trú" or "trưng" are near; accented, only the egg has its mark."""
    rows, scores = index.search("trứng", 10, TITLES, LexicalWeights(folded=0, pairs=0))

    assert [PASSAGES[row].passage_id for row in rows] == ["9.000003#title"]
    assert (scores > 0).all()


def test_a_title_counts_four_times_a_body_by_default(index):
    plain = index.search("thả diều", 1, TITLES, LexicalWeights(title=1.0))[1]

    assert index.search("thả diều", 1, TITLES)[1] == pytest.approx(4 * plain)


@pytest.mark.parametrize("part", [PassagePart.TITLE, PassagePart.BODY, PassagePart.ASKED])
def test_one_part_can_be_searched_alone(index, part):
    ids = found(index, "quên mật khẩu đăng nhập đăng ký", 50, (part,))

    assert ids
    assert all(PASSAGES[row].part is part for row in index.search("đăng nhập", 50, (part,))[0])


def test_a_weight_of_zero_leaves_the_part_out(index):
    rows, _ = index.search("đăng ký thường trú", 50, weights=LexicalWeights(title=0, asked=0))

    assert {PASSAGES[row].part for row in rows} == {PassagePart.BODY}


@pytest.mark.parametrize("query", ["", "   ", "?!…", "xyzzy", "\x00", "\ud800"])
def test_a_query_without_a_known_word_finds_nothing(index, query):
    rows, scores = index.search(query, 10)

    assert (len(rows), len(scores)) == (0, 0)


@pytest.mark.parametrize(
    "query",
    ['title:"đăng ký" AND (', "+thường -trú", "body_words:*", "/.*/", "đăng~2^9 ký", "] TO [", "\\", "'; --"],
)
def test_what_looks_like_query_syntax_is_only_words(index, query):
    words_alone = "".join(c if c.isalnum() else " " for c in query)

    assert found(index, query, 20) == found(index, words_alone, 20)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.characters(), max_size=200), top_k=st.integers(0, 5))
def test_any_text_is_a_safe_query(index, query, top_k):
    rows, scores = index.search(query, top_k)

    assert len(rows) == len(scores) <= top_k
    assert ((rows >= 0) & (rows < len(PASSAGES))).all()
    assert (np.diff(scores) <= 0).all()


def test_a_very_long_query_is_searched_too(index):
    story = " ".join(f"chuyện{number}" for number in range(10_000))

    assert found(index, "thả diều sáo " + story, 1) == ["9.000002#title"]


def test_a_removed_passage_is_gone_and_an_added_one_is_found(tmp_path):
    make(tmp_path / "words", PASSAGES)
    new = passages_of(a_procedure("9.000009", title="Nuôi ong mật"))
    passages = [*PASSAGES[1:], *new]
    lexical.update(tmp_path / "words", [uid_of(PASSAGES[0])], new)
    index = LexicalIndex.open(tmp_path / "words", PassageTable.of(passages))

    assert len(index) == len(passages)
    assert found(index, "đăng ký thường trú", 5, TITLES, passages=passages) == ["guide/dang-nhap#title"]
    assert found(index, "nuôi ong", 1, TITLES, passages=passages) == ["9.000009#title"]


def test_an_open_index_outlives_its_folder(tmp_path):
    index = make(tmp_path / "words", PASSAGES)
    shutil.rmtree(tmp_path / "words")

    assert found(index, "thả diều sáo", 1) == ["9.000002#title"]


def test_a_folder_without_an_index_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"meta\.json"):
        LexicalIndex.open(tmp_path, PassageTable.of(PASSAGES))
