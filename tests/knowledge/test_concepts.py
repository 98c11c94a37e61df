import pytest

from knowledge.concepts import (
    FOLDER,
    Concept,
    Lexicon,
    office_lexicon,
    phrase_fault,
    read_concepts,
    read_file,
    read_folder,
)
from knowledge.plain_checks import looks_like_a_code

DEATH = Concept(("9.000001",), "đăng ký khai tử", ("khai tử", "(bố|mẹ) … (mới|vừa|) mất"))
CARD = Concept(("9.000002",), "cấp căn cước", ("căn cước",))
LOST_CARD = Concept(("9.000003",), "cấp lại căn cước", ("cấp lại … căn cước",))


def lexicon_file(folder, text, name="cua-xa.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_procedure_is_named_however_the_phrase_is_typed():
    lexicon = Lexicon([DEATH])

    assert lexicon.named("LÀM KHAI TỬ") == lexicon.named("lam khai tu") == {"9.000001": 2 / 3}
    assert lexicon.named("mẹ em vừa mất hôm qua").keys() == {"9.000001"}


def test_what_names_nothing_gives_nothing():
    assert Lexicon([DEATH]).named("mất bao nhiêu tiền") == {}
    assert Lexicon([DEATH]).named("") == {}
    assert Lexicon([]).named("khai tử") == {}


def test_the_longer_phrase_has_the_larger_share():
    named = Lexicon([CARD, LOST_CARD]).named("cấp lại căn cước")

    assert named == {"9.000002": 0.5, "9.000003": 1.0}


def test_a_lexicon_with_more_concepts_leaves_the_first_as_it_was():
    small = Lexicon([DEATH])
    large = small.with_concepts([CARD])

    assert large.named("căn cước")
    assert not small.named("căn cước")
    assert small.with_concepts([]) is small


@pytest.mark.parametrize("phrase", ["khai (tử", "khai tử)", "… khai tử", "(khai|) tử|sinh", "", "(khai|)"])
def test_a_phrase_that_cannot_be_read_has_a_fault(phrase):
    assert "hãy" in phrase_fault(phrase) or "cụm" in phrase_fault(phrase)


def test_entries_are_read_with_the_line_where_they_begin(tmp_path):
    file = read_file(
        lexicon_file(tmp_path, '# xã\n\n- codes: ["9.000001"]\n  means: khai tử\n  says:\n    - khai tử\n')
    )

    assert [(entry.line, entry.concept) for entry in file.entries] == [
        (3, Concept(("9.000001",), "khai tử", ("khai tử",)))
    ]
    assert file.problems == ()


def test_a_code_keeps_its_zeros_without_quotes(tmp_path):
    (entry,) = read_file(lexicon_file(tmp_path, "- codes: [1.004220]\n  means: x\n")).entries

    assert entry.concept.codes == ("1.004220",)
    assert entry.concept.says == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- codes: [", "cua-xa.yaml, dòng 2: YAML sai cú pháp"),
        ("codes: x", "cua-xa.yaml, dòng 1: tệp phải là một danh sách"),
        ("", "cua-xa.yaml, dòng 1: tệp không có nội dung"),
        ("- means: x\n  says: [a]", 'cua-xa.yaml, dòng 1: codes là ""; mục này còn thiếu'),
        ('- codes: ["9.000001"]\n  says: [a]', 'dòng 1: means là ""; mục này còn thiếu'),
        ('- codes: ["9.1"]\n  means: x', 'dòng 1: codes là "9.1"; mã thủ tục có dạng 1.001193'),
        ('- codes: ["9.000001"]\n  means: x\n  say: [a]', 'dòng 3: tên trường là "say"; không có trường này'),
        ('- codes: ["9.000001"]\n  means: x\n  says: a', "phải là danh sách"),
        ('- codes: ["9.000001"]\n  means: x\n  says:\n    - a\n    - (b', 'dòng 5: says là "(b"; cụm từ'),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(tmp_path, text, told):
    file = read_file(lexicon_file(tmp_path, text))

    assert file.entries == ()
    assert told in str(file.problems[0])


def test_one_wrong_entry_does_not_hide_the_mistakes_of_the_next(tmp_path):
    file = read_file(lexicon_file(tmp_path, "- means: x\n- codes: [x]\n  means: y\n"))

    assert [problem.place for problem in file.problems] == ["dòng 1", "dòng 2"]


def test_a_file_that_is_no_utf8_is_told_by_name(tmp_path):
    (tmp_path / "cu.yaml").write_bytes("- means: tử".encode("utf-16"))

    assert "UTF-8" in str(read_file(tmp_path / "cu.yaml").problems[0])


def test_a_shipped_file_with_a_mistake_is_an_error(tmp_path):
    lexicon_file(tmp_path, "- means: x\n")

    with pytest.raises(ValueError, match=r"cua-xa\.yaml, dòng 1"):
        list(read_concepts(tmp_path))


def test_an_office_file_with_a_mistake_is_left_out_and_the_others_count(tmp_path):
    lexicon_file(tmp_path, '- codes: ["9.000001"]\n  means: x\n  says: [giấy xịn]\n', "dung.yaml")
    lexicon_file(
        tmp_path, '- codes: ["9.000002"]\n  means: y\n  says: [giấy xoàng]\n- means: z\n', "sai.yaml"
    )

    lexicon = office_lexicon(read_folder(tmp_path))

    assert lexicon.named("giấy xịn") == {"9.000001": 1.0}
    assert "9.000002" not in lexicon.named("giấy xoàng")


def test_a_folder_that_is_not_there_holds_no_file(tmp_path):
    assert read_folder(tmp_path / "lexicon") == ()


def test_every_shipped_entry_can_be_used():
    concepts = list(read_concepts())

    assert len(concepts) >= 400
    assert all(looks_like_a_code(code) for concept in concepts for code in concept.codes)
    assert all(concept.says for concept in concepts)


def test_no_shipped_file_says_a_code_and_meaning_twice_in_one_entry():
    for file in read_folder(FOLDER):
        for entry in file.entries:
            says = entry.concept.says
            assert len(set(says)) == len(says), f"{file.name}, line {entry.line}"
            assert len(set(entry.concept.codes)) == len(entry.concept.codes), (
                f"{file.name}, line {entry.line}"
            )


@pytest.mark.parametrize(
    ("typed", "code"),
    [("xin giay xac nhan doc than", "1.004873"), ("đi báo tử cho ông nội", "1.000656")],
)
def test_the_shipped_lexicon_names_what_everybody_needs(typed, code):
    assert code in office_lexicon(()).named(typed)
