"""The frame of a procedure's answer: first line, answer, whom to ask, what next, source."""

from dataclasses import replace
from datetime import date

import pytest

from handlers.composing import compose_procedure
from handlers.sections import SECTION_CHARACTERS
from knowledge.passages import Facet
from knowledge.records import ProcedureStatus, Stage
from tests.composing_samples import HOTLINE, ORIGIN, charge, method, procedure


def test_a_fee_answer_reads_whole_as_a_citizen_sees_it():
    assert compose_procedure(procedure(), (Facet.FEE,)).text == (
        "Cơ quan trả lời – Đăng ký nuôi ong\n\n"
        "Phí, lệ phí:\n"
        "- Trực tiếp, bưu chính:\n"
        "  Lệ phí: 30.000 đồng/đàn ong\n"
        "- Trực tuyến:\n"
        "  Lệ phí: 15.000 đồng/đàn ong\n\n"
        "Ông/bà có thể hỏi tiếp: giấy tờ, thời hạn, nơi nộp, các bước, nộp trực tuyến. "
        "Gõ “đầy đủ” để xem toàn bộ.\n\n"
        "Nguồn: Đăng ký nuôi ong (mã 9.000123)\n"
        "Quyết định công bố: 77/QĐ-BOM ngày 02/03/2026 – Bộ Ong Mật\n"
        "Cập nhật: 15/04/2026 (dữ liệu lấy ngày 18/07/2026)\n"
        "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d-ong\n"
        "Trả lời tự động, trích từ hồ sơ đã công bố."
    )


@pytest.mark.parametrize("facet", Facet)
@pytest.mark.parametrize("full", [False, True])
def test_every_answer_ends_with_its_source_and_says_it_is_automatic(facet, full):
    ending = compose_procedure(procedure(), (facet,), full=full).sections[-1]
    for part in ("Đăng ký nuôi ong", "9.000123", "77/QĐ-BOM", "Bộ Ong Mật", "15/04/2026", "019d-ong"):
        assert part in ending
    assert ending.endswith("Trả lời tự động, trích từ hồ sơ đã công bố.")


def test_two_facets_are_told_in_the_order_asked():
    text = compose_procedure(procedure(), (Facet.TIME, Facet.RESULT)).text
    assert text.index("Thời hạn giải quyết:") < text.index("Kết quả nhận được:")


def test_the_overview_tells_where_how_long_how_much_and_which_papers():
    text = compose_procedure(procedure(), ()).text
    for part in (
        "Ủy ban nhân dân cấp xã",
        "5 ngày làm việc",
        "30.000 đồng",
        "Tờ khai nuôi ong",
        "Giấy chứng nhận",
    ):
        assert part in text


def test_full_without_a_facet_tells_everything_and_offers_nothing_more():
    composed = compose_procedure(procedure(), (Facet.OVERVIEW,), full=True)
    for heading in ("Giấy tờ cần có:", "Các bước:", "Điều kiện:", "Căn cứ pháp lý:", "Mẫu đơn, tờ khai:"):
        assert heading in composed.text
    assert composed.more == ()
    assert "đầy đủ" not in composed.text


def test_only_facets_the_record_speaks_on_are_offered():
    composed = compose_procedure(procedure(stages=(), legal_basis=(), conditions=""), (Facet.FEE,))
    assert not {Facet.STEPS, Facet.LEGAL, Facet.CONDITIONS, Facet.FEE} & set(composed.more)


def test_where_the_record_is_silent_the_published_hotline_is_named():
    text = compose_procedure(procedure(submission_methods=()), (Facet.FEE,), hotlines=(HOTLINE,)).text
    assert "Hỏi thêm: 0999 111 222 (hỏi về thủ tục)" in text


def test_without_a_published_hotline_no_number_is_printed():
    sections = compose_procedure(procedure(submission_methods=()), (Facet.FEE,)).sections
    assert "Ông/bà hỏi cơ quan tiếp nhận hồ sơ trước khi nộp." in sections


def test_where_the_record_speaks_the_hotline_is_left_out():
    assert "0999" not in compose_procedure(procedure(), (Facet.FEE,), hotlines=(HOTLINE,)).text


def test_a_sample_record_is_marked_on_the_first_line():
    sample = procedure(origin=replace(ORIGIN, sample=True))
    first = compose_procedure(sample, (Facet.FEE,)).text.splitlines()[0]
    assert first == "Cơ quan trả lời – Đăng ký nuôi ong (dữ liệu mẫu)"


def test_a_provincial_copy_names_its_province():
    text = compose_procedure(procedure(province="Lào Cai"), (Facet.FEE,)).text
    assert "(bản do tỉnh Lào Cai công bố, áp dụng tại địa phương đó)" in text


def test_an_abolished_procedure_is_told_so_before_its_content():
    text = compose_procedure(procedure(status=ProcedureStatus.ABOLISHED), (Facet.FEE,)).text
    assert text.index("ĐÃ BÃI BỎ") < text.index("Phí, lệ phí:")


def test_a_replaced_procedure_names_its_successor_by_title_where_it_is_known():
    old = procedure(status=ProcedureStatus.REPLACED, replaced_by=("9.000200", "9.000300"))
    new = procedure(code="9.000200", title="Đăng ký nuôi ong mật")
    text = compose_procedure(old, (Facet.FEE,), replacements=(new,)).text
    assert "ĐÃ ĐƯỢC THAY THẾ bằng: Đăng ký nuôi ong mật (mã 9.000200); mã 9.000300." in text


@pytest.mark.parametrize(("today", "warned"), [(date(2026, 8, 1), False), (date(2027, 1, 1), True)])
def test_old_knowledge_is_told_as_old(today, warned):
    text = compose_procedure(procedure(), (Facet.FEE,), today=today).text
    assert ("dữ liệu lấy từ ngày 18/07/2026, có thể đã thay đổi" in text) is warned


def test_a_missing_decision_or_date_is_told_as_missing():
    bare = procedure(publishing_decision="", updated_on=None, decided_on=None)
    ending = compose_procedure(bare, (Facet.FEE,)).sections[-1]
    assert "Quyết định công bố: hồ sơ không ghi số – Bộ Ong Mật" in ending
    assert "Cập nhật: hồ sơ không ghi ngày" in ending


def test_a_shouted_title_is_calmed_but_the_source_keeps_it():
    text = compose_procedure(procedure(title="HƯỞNG TRỢ CẤP NUÔI ONG"), (Facet.FEE,)).text
    assert text.startswith("Cơ quan trả lời – Hưởng trợ cấp nuôi ong")
    assert "Nguồn: HƯỞNG TRỢ CẤP NUÔI ONG" in text


def test_a_long_text_is_short_first_and_whole_when_asked_for():
    sentences = [f"Việc thứ {number} do cán bộ làm tại quầy." for number in range(1, 200)]
    long = procedure(stages=(Stage("", " ".join(sentences)),))
    short = compose_procedure(long, (Facet.STEPS,))
    full = compose_procedure(long, (Facet.STEPS,), full=True)
    assert len(short.text) < 1700
    assert "làm tại quầy. …" in short.text
    assert all(sentence in full.text for sentence in sentences)
    assert all(len(section) <= SECTION_CHARACTERS for section in full.sections)


def test_the_source_is_the_record_itself():
    source = compose_procedure(procedure(), (Facet.FEE,)).source
    assert source is not None
    assert (source.kind, source.key, source.reference) == ("procedure", "9.000123", "77/QĐ-BOM")
    assert (source.publisher, source.dated) == ("Bộ Ong Mật", "2026-04-15")


def test_a_facet_asked_twice_is_told_once():
    rows = (method(charges=(charge(20000.0),)),)
    text = compose_procedure(procedure(submission_methods=rows), (Facet.FEE, Facet.FEE)).text
    assert text.count("20.000 đồng") == 1
