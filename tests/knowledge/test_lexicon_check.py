import pytest

from knowledge.concepts import read_folder
from knowledge.lexicon_check import Weight, check_concepts, check_shorthand
from knowledge.phrasings import Phrasing
from knowledge.reach import reach

BIRTH, DEATH = "9.000001", "9.000002"


@pytest.fixture
def findings(tmp_path):
    """Check entries, each (code, phrases), and return the findings as (weight, text)."""

    def check(*entries, phrasings=(), office_codes=None):
        lines = [f'- codes: ["{code}"]\n  means: m\n  says: [{", ".join(says)}]' for code, *says in entries]
        (tmp_path / "xa.yaml").write_text("\n".join(lines), encoding="utf-8")
        found = check_concepts(read_folder(tmp_path), phrasings, office_codes)
        return [(finding.weight, str(finding.problem)) for finding in found]

    return check


def test_an_entry_nobody_doubts_gives_nothing(findings):
    assert findings((BIRTH, "khai sinh"), (DEATH, "khai tử"), office_codes={BIRTH, DEATH}) == []


def test_a_phrase_of_two_families_is_told_even_when_written_otherwise(findings):
    ((weight, text),) = findings((BIRTH, "khai (sinh|tử)"), (DEATH, "khai tử"))

    assert weight is Weight.WARNING
    assert text.startswith('xa.yaml, dòng 4: says là "khai tử"; xa.yaml, dòng 1 (m) cũng nhận')


def test_a_phrase_twice_in_one_family_is_no_matter(findings):
    assert findings((BIRTH, "khai sinh"), (BIRTH, "khai sinh")) == []


def test_a_common_word_that_stands_alone_is_told(findings):
    phrasings = [Phrasing((BIRTH,), "mua đất của hàng xóm")] * 2

    (found,) = findings((BIRTH, "(đất|đất ở)", "mua … xóm"), phrasings=phrasings)

    assert "một từ đứng riêng" in found[1]


def test_a_phrase_that_is_mostly_mistaken_is_told_with_both_counts(findings):
    phrasings = [Phrasing((code,), "làm giấy cho bé") for code in (BIRTH, DEATH, DEATH)]

    ((weight, text),) = findings((BIRTH, "giấy cho bé"), phrasings=phrasings)

    assert weight is Weight.WARNING
    assert "khớp 3 câu mẫu nhưng chỉ 1 câu hỏi thủ tục này (khớp nhầm: “làm giấy cho bé”)" in text


def test_two_matches_are_too_few_to_judge_a_phrase(findings):
    phrasings = [Phrasing((DEATH,), "làm giấy cho bé")] * 2

    assert findings((BIRTH, "giấy cho bé"), phrasings=phrasings) == []


def test_codes_of_other_offices_are_only_noted(findings):
    ((weight, text),) = findings((BIRTH, "khai sinh"), (DEATH, "khai tử"), office_codes={BIRTH})

    assert weight is Weight.NOTE
    assert "1 mã chưa có trong chỉ mục" in text
    assert DEATH in text


def test_an_error_comes_before_the_doubts(findings):
    found = findings((BIRTH, "(đất"), (DEATH, "khai tử"))

    assert [weight for weight, _ in found] == [Weight.ERROR]


def test_reach_tells_right_matches_from_wrong_ones():
    asked = [
        Phrasing((BIRTH,), "lam khai sinh"),
        Phrasing((DEATH,), "khai sinh lại"),
        Phrasing((BIRTH,), "x"),
    ]

    (found,) = reach([("khai sinh", {BIRTH})], asked)

    assert found.right == (asked[0],)
    assert found.wrong == (asked[1],)
    assert found.matched == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("ks: khai sinh", ""),
        ("đất: đường", "“đất” cũng là một từ thường dùng"),
        ("dat: đường", "“dat” cũng là một từ thường dùng"),
        ("a b c: x", "hãy ghi một hoặc hai từ"),
        ("KS: khai sinh", "bằng chữ thường"),
        ("ks:", "chưa ghi viết đủ là gì"),
        ("ks: a\nks: b", "được ghi hai lần"),
        ("- ks", "tệp phải gồm các dòng"),
    ],
)
def test_shorthand_is_checked_line_by_line(tmp_path, line, told):
    path = tmp_path / "shorthand.yaml"
    path.write_text(line, encoding="utf-8")

    found = [str(finding.problem) for finding in check_shorthand(path, ["sang tên đất"])]

    assert any(told in text for text in found) if told else found == []
