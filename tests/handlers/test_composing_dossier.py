"""Papers with quantities, notes as notes, group titles as headings, forms by name."""

from handlers.composing_dossier import documents, form
from knowledge.records import DossierCase
from tests.composing_samples import paper, procedure


def told(*cases, full=False):
    return documents(procedure(dossier_cases=cases), full=full).text


def test_papers_carry_their_quantities_and_notes_stand_apart():
    assert documents(procedure(), full=False).text == (
        "Giấy tờ phải nộp:\n"
        "- Tờ khai nuôi ong theo mẫu (01 bản chính, 02 bản sao)\n"
        "- Giấy xác nhận chỗ đặt tổ ong (01 bản sao)\n"
        "Lưu ý:\n"
        "- Người nuôi dưới 10 đàn không phải nộp giấy xác nhận."
    )


def test_papers_that_carry_numbers_are_told_in_their_order():
    scrambled = DossierCase("", (paper("2. Ảnh"), paper("10) Sổ"), paper("1. Đơn")))
    assert told(scrambled).split(" (01 bản chính)") == ["- 1. Đơn", "\n- 2. Ảnh", "\n- 10) Sổ", ""]
    mixed = DossierCase("", (paper("Sổ"), paper("2. Ảnh"), paper("1. Đơn"), paper("Viết rõ", 0, 0)))
    assert told(mixed).startswith("- 1. Đơn (01 bản chính)\n- 2. Ảnh (01 bản chính)\n- Sổ (01 bản chính)")
    assert told(DossierCase("", (paper("2. Ảnh"), paper("Sổ")))).startswith("- 2. Ảnh")
    assert told(DossierCase("", (paper("1. Ảnh"), paper("1. Sổ"), paper("0. A")))).startswith("- 1. Ảnh")


def test_notes_left_out_are_announced_in_words():
    notes = tuple(paper(f"Điều {letter}.", 0, 0) for letter in "ABC")
    assert told(DossierCase("", (paper("Đơn"), *notes))) == (
        "- Đơn (01 bản chính)\nLưu ý:\n- Điều A.\n- Điều B.\nCòn lưu ý khác: gõ “đầy đủ” để xem."
    )


def test_a_case_of_nothing_but_notes_gets_no_heading_of_its_own():
    text = told(
        DossierCase("", (paper("Đơn"),)), DossierCase("* Lưu ý:", (paper("Lưu ý: Viết chữ rõ.", 0, 0),))
    )
    assert text == "- Đơn (01 bản chính)\nLưu ý:\n- Viết chữ rõ."


def test_rows_are_papers_after_all_when_no_row_has_a_quantity():
    text = told(DossierCase("Hồ sơ gồm:", (paper("Đơn", 0, 0), paper("Ảnh", 0, 0))))
    assert text == "Hồ sơ công bố liệt kê, không ghi số bản:\nHồ sơ gồm:\n- Đơn\n- Ảnh"


def test_a_long_list_shortens_its_papers_before_it_drops_one():
    names = [
        f"Giấy thứ {number}. " + "Do cơ quan có thẩm quyền cấp theo quy định. " * 8 for number in range(1, 9)
    ]
    case = DossierCase("", tuple(paper(name) for name in names))
    short = told(case)
    assert all(f"Giấy thứ {number}." in short for number in range(1, 9))
    assert len(short) < 2000 < len(told(case, full=True))


def test_many_long_cases_are_named_first_and_told_whole_on_request():
    cases = tuple(
        DossierCase(f"Trường hợp {name}", tuple(paper(f"Giấy {i} " + "rất dài " * 25) for i in range(6)))
        for name in ("thừa kế", "tặng cho", "mua bán")
    )
    text = told(*cases)
    assert text.startswith("Giấy tờ khác nhau theo từng trường hợp. Gõ “đầy đủ”")
    assert text.endswith("- Trường hợp thừa kế\n- Trường hợp tặng cho\n- Trường hợp mua bán")
    assert told(*cases, full=True).count("bản chính") == 18


def test_no_list_is_told_as_such():
    answer = documents(procedure(dossier_cases=()), full=False)
    assert answer.text == "Hồ sơ công bố không liệt kê giấy tờ."
    assert answer.silent


def test_forms_are_listed_once_by_their_published_names():
    case = DossierCase(
        "", (paper("Đơn", forms=("Mẫu A.doc", "Mẫu B.doc")), paper("Tờ khai", forms=("Mẫu A.doc",)))
    )
    assert form(procedure(dossier_cases=(case,)), full=False).text == "- Mẫu A.doc\n- Mẫu B.doc"


def test_without_attached_forms_the_papers_that_mention_one_are_named():
    case = DossierCase("", (paper("Tờ khai theo mẫu"), paper("Ảnh chân dung")))
    assert form(procedure(dossier_cases=(case,)), full=False).text == (
        "Hồ sơ công bố không kèm mẫu đơn, tờ khai. Giấy tờ có nhắc đến đơn, tờ khai, mẫu:\n"
        "- Tờ khai theo mẫu (01 bản chính)"
    )


def test_neither_forms_nor_mentions_is_told_as_such():
    answer = form(procedure(dossier_cases=(DossierCase("", (paper("Ảnh"),)),)), full=False)
    assert answer.text == "Hồ sơ công bố không kèm mẫu đơn, tờ khai."
    assert answer.silent
