"""Every sentence a citizen reads, word for word: a change of words is a change on purpose."""

import re
from datetime import date
from pathlib import Path

import pytest

from handlers import messages, messages_facts, messages_quoting, messages_staff
from knowledge.passages import Facet
from knowledge.records import ChargeKind, Level, SubmissionMode, TimeUnit

MODULES = (messages, messages_facts, messages_quoting, messages_staff)
SAID = {
    name: value
    for module in MODULES
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
}
SENTENCES = [
    ("FULL", "đầy đủ"),
    ("TALK_TO_STAFF", "gặp cán bộ"),
    ("DELETE", "/xoa"),
    ("DELETE_ALL", "/xoadulieu"),
    ("MARK", "(Trả lời tự động)"),
    ("THANKS", "Cảm ơn ông/bà đã hỏi. Khi cần, ông/bà cứ nhắn tiếp. (Trả lời tự động)"),
    (
        "HELP",
        "Đây là máy trả lời tự động. Ông/bà cứ hỏi như nói chuyện bình thường, có dấu hay không dấu "
        "đều được. Ví dụ:\n- làm khai sinh cho con cần giấy tờ gì\n- đăng ký kết hôn mất bao nhiêu "
        "tiền\n- làm căn cước nộp ở đâu\nGõ “đầy đủ” để xem toàn bộ một thủ tục, “gặp cán bộ” để gửi "
        "câu hỏi cho cán bộ, /xoa để xóa những gì ông/bà đã nhắn.",
    ),
    (
        "EMPTY",
        "Ông/bà chưa gõ câu hỏi. Mời ông/bà gõ điều muốn hỏi, ví dụ: “đăng ký khai sinh cần giấy tờ "
        "gì?” (Trả lời tự động)",
    ),
    ("TOO_LONG", "Tin nhắn này dài quá, máy không đọc hết được. Mời ông/bà hỏi lại bằng một, hai câu ngắn."),
    (
        "NO_INDEX",
        "Hệ thống đang được chuẩn bị nên chưa trả lời được. Mong ông/bà thông cảm và nhắn lại sau, "
        "hoặc liên hệ trực tiếp cơ quan. (Trả lời tự động)",
    ),
    (
        "NO_TOPIC",
        "Ông/bà đang hỏi về thủ tục nào? Mời ông/bà gõ tên việc cần làm, ví dụ: “đăng ký khai sinh”, "
        "“cấp lại căn cước”. (Trả lời tự động)",
    ),
    (
        "NOT_VIETNAMESE",
        "Xin lỗi ông/bà, máy chỉ hiểu tiếng Việt, có dấu hay không dấu đều được. Máy trả lời về thủ tục hành "
        "chính: giấy tờ, phí, thời hạn, nơi nộp. Mời ông/bà gõ lại, ví dụ: “làm căn cước ở đâu”, hoặc gõ "
        "“gặp cán bộ”. (Trả lời tự động)",
    ),
    (
        "PERSONAL_DATA",
        "Lưu ý: tin nhắn vừa rồi có thông tin cá nhân. Máy đã che lại, không lưu. Xin ông/bà đừng "
        "gửi số căn cước, số điện thoại hay số tài khoản ở đây; hỏi thủ tục thì không cần.",
    ),
    (
        "FORGOTTEN",
        "Đã xóa những gì ông/bà đã nhắn và câu trả lời. Ông/bà có thể hỏi lại từ đầu. (Trả lời tự động)",
    ),
    (
        "NOT_FORGOTTEN",
        "Máy đang gặp trục trặc nên CHƯA xóa được những gì ông/bà đã nhắn. Xin ông/bà gõ /xoa lần nữa sau ít "
        "phút. (Trả lời tự động)",
    ),
    (
        "NO_RECEIPT_NOW",
        "Máy đang gặp trục trặc nên chưa xem được câu hỏi mang mã này. Xin ông/bà hỏi lại sau, hoặc gọi hay "
        "đến cơ quan, đọc mã này. (Trả lời tự động)",
    ),
    (
        "OUT_OF_SCOPE",
        "Câu này không thuộc thủ tục hành chính nên máy không trả lời được. Ông/bà có thể hỏi về "
        "giấy tờ, phí, thời hạn hoặc nơi nộp của một thủ tục, ví dụ: “đăng ký thường trú cần gì?”",
    ),
    (
        "ACTION",
        "Máy chỉ hướng dẫn, không nộp hồ sơ, sửa hồ sơ hay đặt lịch thay ông/bà được. Ông/bà cho "
        "biết cần làm thủ tục gì, máy sẽ nói rõ cần giấy tờ nào và nộp ở đâu. Cần người giúp, ông/bà "
        "gõ “gặp cán bộ”.",
    ),
    (
        "SECRET",
        "Cảnh báo lừa đảo: cán bộ không bao giờ hỏi mã OTP, mật khẩu, số thẻ hay yêu cầu chuyển tiền "
        "qua điện thoại, tin nhắn.\n- Ông/bà đừng đưa mã OTP hay mật khẩu cho bất kỳ ai, kể cả người "
        "xưng là công an, cán bộ.\n- Đừng bấm đường dẫn lạ, đừng cài phần mềm người lạ gửi.\n- Nếu "
        "đã lỡ đưa: gọi ngay cho ngân hàng để khóa tài khoản và báo công an xã, phường nơi ở.\n(Trả "
        "lời tự động)",
    ),
    (
        "ABUSE",
        "Có lẽ ông/bà đang bực, mong ông/bà thông cảm. Ông/bà cho biết việc cần làm, máy sẽ cố gắng "
        "giúp; hoặc gõ “gặp cán bộ” để cán bộ trả lời.",
    ),
    (
        "EMERGENCY",
        "Nếu đang có người gặp nguy hiểm, ông/bà gọi ngay: 113 (công an), 114 (cháy, cứu nạn), 115 "
        "(cấp cứu), 111 (bảo vệ trẻ em). Bị đánh, bị đe dọa, có người bỏ đi hay mất tích: báo ngay công "
        "an nơi gần nhất. Đây là máy trả lời tự động, không gọi giúp được.",
    ),
    (
        "ABROAD",
        "Visa và giấy tờ của nước khác do nước đó cấp nên máy không trả lời được; ông/bà hỏi đại sứ quán, "
        "lãnh sự quán của nước đó. Máy trả lời được về giấy tờ Việt Nam cần khi đi, ví dụ: “cấp hộ chiếu "
        "cần gì?”",
    ),
    (
        "UNKNOWN_CODE",
        "Dữ liệu của cơ quan không có thủ tục nào mang mã này. Mời ông/bà xem lại mã, hoặc gõ tên việc "
        "cần làm. (Trả lời tự động)",
    ),
    (
        "UNREADABLE",
        "Máy chưa đọc được tin nhắn này. Mời ông/bà gõ lại bằng tiếng Việt, có dấu hay không dấu đều "
        "được, ví dụ: “làm căn cước ở đâu”. (Trả lời tự động)",
    ),
    ("STAFF_READS_TOO", "Cán bộ cũng đọc tin này."),
    (
        "COMPLAINT",
        "Mong ông/bà thông cảm về điều chưa hài lòng. Máy không giải quyết được phản ánh, khiếu nại; dưới "
        "đây là nơi tiếp nhận. Muốn gửi cho cán bộ, ông/bà gõ “gặp cán bộ”.",
    ),
    (
        "INJECTION",
        "Máy chỉ trả lời theo thủ tục hành chính đã công bố và không làm theo yêu cầu này được. Mời "
        "ông/bà hỏi về một thủ tục.",
    ),
    (
        "NOT_FORWARDED",
        "Máy đang gặp trục trặc nên CHƯA gửi được câu hỏi này cho cán bộ. Xin ông/bà hỏi lại sau, hoặc gọi "
        "hay đến cơ quan.",
    ),
    (
        "NOT_FOUND",
        "Máy chưa tìm thấy thủ tục đúng với câu hỏi này trong dữ liệu của cơ quan nên chưa trả lời được.",
    ),
    ("NEAREST", "Gần nhất là (có thể không phải việc ông/bà cần; nếu đúng, xin gõ lại tên việc):"),
    ("WHICH_ONE", "Máy chưa rõ ông/bà cần việc nào. Xin ông/bà gõ số của việc đúng:"),
    ("NONE_OF_THESE", "Không có trong danh sách – gửi cán bộ"),
    (
        "NOT_A_CHOICE",
        "Xin ông/bà gõ đúng một số trong danh sách trên, hoặc hỏi lại bằng câu khác. (Trả lời tự động)",
    ),
    ("AUTOMATIC", "Trả lời tự động, trích từ hồ sơ đã công bố."),
    ("AUTOMATIC_CONTACT", "Trả lời tự động, theo thông tin cơ quan cung cấp."),
    ("AUTOMATIC_QA", "Trả lời tự động, trích câu trả lời cơ quan đã công bố."),
    ("SAMPLE", "(dữ liệu mẫu)"),
    ("CONTINUED", "…"),
    (
        "ABOLISHED",
        "Lưu ý: thủ tục này ĐÃ BÃI BỎ. Nội dung dưới đây chỉ để tham khảo; "
        "ông/bà đừng nộp hồ sơ theo bản này.",
    ),
    ("NO_DOCUMENTS", "Hồ sơ công bố không liệt kê giấy tờ."),
    ("NO_CHARGE", "hồ sơ công bố không ghi khoản thu nào (không có nghĩa là miễn phí)"),
    ("NO_AMOUNT", "hồ sơ công bố không ghi mức thu (không có nghĩa là miễn phí)"),
    ("NO_CURRENCY", "(hồ sơ công bố không ghi đơn vị tiền)"),
    ("NO_METHODS", "Hồ sơ công bố không ghi cách nộp, thời hạn và phí."),
    ("NO_TIME", "hồ sơ công bố không ghi thời hạn"),
    ("NO_TIME_UNIT", "hồ sơ công bố ghi thời hạn nhưng thiếu đơn vị (giờ hay ngày)"),
    ("NO_AGENCY", "Hồ sơ công bố không ghi cơ quan thực hiện."),
    ("NO_STEPS", "Hồ sơ công bố không ghi trình tự thực hiện."),
    (
        "NO_CONDITIONS",
        "Hồ sơ công bố không ghi điều kiện nào (không có nghĩa là không có điều kiện).",
    ),
    ("NO_ONLINE", "Hồ sơ công bố không ghi hình thức nộp trực tuyến."),
    ("NO_FORM", "Hồ sơ công bố không kèm mẫu đơn, tờ khai."),
    ("NO_RESULT", "Hồ sơ công bố không ghi kết quả."),
    ("NO_LEGAL", "Hồ sơ công bố không ghi căn cứ pháp lý."),
    ("NO_APPLICANTS", "Hồ sơ công bố không ghi đối tượng thực hiện."),
    ("ASK_THE_OFFICE", "Ông/bà hỏi cơ quan tiếp nhận hồ sơ trước khi nộp."),
    ("QUOTED_IN_STEPS", "Trong các bước có ghi:"),
    ("ONLINE_YES", "Có, hồ sơ công bố có hình thức nộp trực tuyến."),
    ("TIME_LIMIT", "Thời hạn giải quyết"),
    ("HANDLED_BY", "Cơ quan thực hiện"),
    ("DECIDED_BY", "Cơ quan có thẩm quyền"),
    ("WAYS", "Cách nộp"),
    ("ADDRESSES", "Nơi tiếp nhận hồ sơ"),
    ("NOTES", "Lưu ý:"),
    ("MORE_NOTES", "Còn lưu ý khác: gõ “đầy đủ” để xem."),
    (
        "PAPERS_DIFFER",
        "Giấy tờ khác nhau theo từng trường hợp. Gõ “đầy đủ” để xem giấy tờ của từng trường hợp:",
    ),
    ("MENTIONED_FORMS", "Giấy tờ có nhắc đến đơn, tờ khai, mẫu:"),
    ("UNCOUNTED_PAPERS", "Hồ sơ công bố liệt kê, không ghi số bản:"),
    ("WORKING_HOURS", "Giờ làm việc"),
    ("HOLIDAYS", "Ngày nghỉ, lễ"),
    ("RECEPTION", "Lịch tiếp công dân"),
    ("ADDRESS", "Địa chỉ"),
    ("EMAIL", "Thư điện tử"),
    ("WEBSITE", "Trang thông tin"),
    ("ANSWERED", "Cơ quan trả lời:"),
    ("CONTACT_TITLE", "Thông tin liên hệ"),
    (
        "NOT_HANDLED_HERE",
        "Hồ sơ công bố ghi nơi giải quyết là cơ quan nêu trên, có thể không phải cơ quan dưới đây; "
        "ông/bà nên hỏi trước khi đi.",
    ),
    ("NO_PHONE", "Số điện thoại: cơ quan chưa cung cấp"),
    ("NO_CONTACT", "Cơ quan chưa cung cấp thông tin liên hệ cho việc này."),
]


@pytest.mark.parametrize(("name", "words"), SENTENCES, ids=[name for name, _ in SENTENCES])
def test_the_citizen_reads_exactly_these_words(name, words):
    assert SAID[name] == words


def test_no_sentence_is_left_untested():
    assert set(SAID) == {name for name, _ in SENTENCES}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            messages.greeting(30),
            "Kính chào ông/bà! Đây là máy trả lời tự động về thủ tục hành chính: giấy tờ, phí, thời "
            "hạn, nơi nộp.\n"
            "Câu hỏi lưu 30 ngày (câu gửi cán bộ: từ khi được trả lời); gõ /xoa để xóa.\n"
            "Gõ “gặp cán bộ” để gặp người thật. Mời ông/bà hỏi, ví dụ: “khai sinh cần gì?”",
        ),
        (
            messages.greeting(30, "https://hoi.mau.vn/du-lieu"),
            "Kính chào ông/bà! Đây là máy trả lời tự động về thủ tục hành chính: giấy tờ, phí, thời "
            "hạn, nơi nộp.\n"
            "Câu hỏi lưu 30 ngày (câu gửi cán bộ: từ khi được trả lời); gõ /xoa để xóa. "
            "Chi tiết: https://hoi.mau.vn/du-lieu\n"
            "Gõ “gặp cán bộ” để gặp người thật. Mời ông/bà hỏi, ví dụ: “khai sinh cần gì?”",
        ),
        (
            messages.greeting(30, invites=False),
            "Kính chào ông/bà! Đây là máy trả lời tự động về thủ tục hành chính: giấy tờ, phí, thời "
            "hạn, nơi nộp.\n"
            "Câu hỏi lưu 30 ngày (câu gửi cán bộ: từ khi được trả lời); gõ /xoa để xóa.\n"
            "Gõ “gặp cán bộ” để gặp người thật.",
        ),
        (
            messages_staff.handed_over(""),
            "Máy đang gặp trục trặc nên CHƯA gửi được câu hỏi này cho cán bộ. Xin ông/bà hỏi lại sau, hoặc "
            "gọi hay đến cơ quan.\nÔng/bà vẫn có thể hỏi tiếp. (Trả lời tự động)",
        ),
        (
            messages_staff.legal_question("DH-7"),
            "Câu này cần tư vấn pháp luật. "
            "Máy chỉ trích dẫn thủ tục đã công bố, không tư vấn pháp luật.\n"
            "Câu hỏi đã gửi cán bộ. Mã tiếp nhận: DH-7. "
            "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi.",
        ),
        (
            messages_staff.complaint_handed_over("DH-7"),
            "Mong ông/bà thông cảm về điều chưa hài lòng. Câu hỏi đã gửi cán bộ. Mã tiếp nhận: DH-7. Khi gặp "
            "hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi. (Trả lời tự động)",
        ),
        (
            messages_staff.receipt_waiting("DH-7"),
            "Câu hỏi mã DH-7 đã đến cán bộ, đang chờ trả lời. (Trả lời tự động)",
        ),
        (
            messages_staff.receipt_unknown("DH-7"),
            "Máy không tìm thấy câu hỏi nào có mã DH-7. Mời ông/bà xem lại mã, hoặc hỏi lại. "
            "(Trả lời tự động)",
        ),
        (
            messages_staff.handed_over("DH-7"),
            "Câu hỏi đã gửi cán bộ. Mã tiếp nhận: DH-7. "
            "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi.\n"
            "Trong lúc chờ, ông/bà vẫn có thể hỏi tiếp. (Trả lời tự động)",
        ),
        (
            messages_staff.handed_over("DH-7", is_bare=True),
            "Câu hỏi đã gửi cán bộ. Mã tiếp nhận: DH-7. "
            "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi.\n"
            "Ông/bà gõ thêm điều cần hỏi; cán bộ sẽ đọc cùng những câu ông/bà nhắn ở đây. (Trả lời tự động)",
        ),
        (messages_staff.handed_over("", is_bare=True), messages_staff.handed_over("")),
        (
            messages_staff.handed_over_before("DH-7"),
            "Câu hỏi này đã chuyển cán bộ rồi, mã tiếp nhận: DH-7. Ông/bà không cần gửi lại. "
            "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi. (Trả lời tự động)",
        ),
        (messages_staff.answer_comes_here(), "Cán bộ trả lời xong, máy gửi câu trả lời vào đây."),
        (
            messages_staff.answer_comes_here(7),
            "Cán bộ trả lời trong 7 ngày kể từ tin nhắn cuối của ông/bà thì máy gửi câu trả lời vào đây. "
            "Quá hạn đó máy không được phép gửi nữa: ông/bà nhắn mã này vào đây để xem câu trả lời, hoặc "
            "gọi hay đến cơ quan, đọc mã này.",
        ),
        (
            messages_quoting.more_line(("giấy tờ", "phí")),
            "Ông/bà có thể hỏi tiếp: giấy tờ, phí. Gõ “đầy đủ” để xem toàn bộ.",
        ),
        (messages_quoting.more_line(()), "Gõ “đầy đủ” để xem toàn bộ."),
        (
            messages_quoting.replaced(()),
            "Lưu ý: thủ tục này ĐÃ ĐƯỢC THAY THẾ. Nội dung dưới đây là bản cũ, chỉ để tham khảo.",
        ),
        (
            messages_quoting.replaced(("A (mã 9.1)", "mã 9.2")),
            "Lưu ý: thủ tục này ĐÃ ĐƯỢC THAY THẾ bằng: A (mã 9.1); mã 9.2. "
            "Nội dung dưới đây là bản cũ, chỉ để tham khảo.",
        ),
        (
            messages_quoting.stale(date(2026, 7, 1)),
            "Lưu ý: dữ liệu lấy từ ngày 01/07/2026, có thể đã thay đổi. Ông/bà nên hỏi lại trước khi đi nộp.",
        ),
        (
            messages_quoting.source_decision("", "", None),
            "Quyết định công bố: hồ sơ không ghi số – không ghi cơ quan công bố",
        ),
        (messages_quoting.source_dates(None, None), "Cập nhật: hồ sơ không ghi ngày"),
        (messages_quoting.ask_here("0999", ""), "Hỏi thêm: 0999"),
        (messages_quoting.guide_source("Cổng", None), "Nguồn: Cổng"),
        (messages_facts.copies(0, 3), "03 bản sao"),
    ],
)
def test_sentences_with_a_blank_to_fill_read_exactly_so(told, words):
    assert told == words


def test_the_greeting_is_short_and_tells_its_five_things():
    greeting = messages.greeting(30)
    with_link = messages.greeting(30, "https://hoi.mau.vn/du-lieu")
    assert len(greeting.split()) < len(with_link.split()) <= 60
    for part in ("tự động", "thủ tục", "30 ngày", "/xoa", "gặp cán bộ"):
        assert part in greeting


@pytest.mark.parametrize(
    ("words", "enumeration"),
    [
        (messages_facts.HEADINGS, Facet),
        (messages_facts.SHORT_NAMES, Facet),
        (messages_facts.MODES, SubmissionMode),
        (messages_facts.CHARGES, ChargeKind),
        (messages_facts.LEVELS, Level),
    ],
)
def test_everything_that_can_be_told_has_a_name(words, enumeration):
    assert set(words) == set(enumeration)


def test_a_time_without_a_unit_has_no_name_for_its_unit():
    assert set(messages_facts.UNITS) == set(TimeUnit) - {TimeUnit.UNSTATED}


def test_no_figure_but_the_nationwide_emergency_numbers_is_written_into_the_sentences():
    assert {name: re.findall(r"\d+", words) for name, words in SENTENCES if re.search(r"\d", words)} == {
        "EMERGENCY": ["113", "114", "115", "111"]
    }


def test_refusals_that_can_lead_further_name_the_way_to_a_person():
    for words in (messages.ACTION, messages.ABUSE, messages.HELP):
        assert messages.TALK_TO_STAFF in words


WHOLE_MESSAGES = (
    *("THANKS", "HELP", "EMPTY", "TOO_LONG", "NO_INDEX", "NO_TOPIC", "PERSONAL_DATA", "FORGOTTEN"),
    *("OUT_OF_SCOPE", "ACTION", "SECRET", "ABUSE", "EMERGENCY", "INJECTION", "NOT_FOUND", "NOT_A_CHOICE"),
)


@pytest.mark.parametrize("name", WHOLE_MESSAGES)
def test_every_whole_message_shows_that_it_is_automatic(name):
    assert re.search("tự động|máy", getattr(messages, name), re.IGNORECASE)


def test_the_fraud_warning_says_that_staff_never_ask_for_an_otp():
    assert "cán bộ không bao giờ hỏi mã OTP" in messages.SECRET


def test_composing_writes_no_sentence_of_its_own():
    """A Vietnamese letter in a string of composing would be a sentence outside messages.py."""
    marked = re.compile(r"[^\"\n]*[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹơưđ]")
    for path in Path(messages.__file__).parent.glob("compos*.py"):
        code = re.sub(
            r'"""[\s\S]*?"""|#.*|re\.compile\([\s\S]*?\n?\)\n|r"[^"]*"', "", path.read_text("utf-8")
        )
        strings = [text for text in re.findall(r'f?"([^"\n]*)"', code) if " " in text.strip()]
        assert not [text for text in strings if marked.match(text)], path.name


def test_an_officer_s_answer_names_the_question_the_officer_and_the_day():
    on = date(2026, 11, 20)
    told = messages_staff.staff_answer("DH-7K3M", "thả diều?", "Được.", "Bà Lan", on, again=False)
    assert told == ("Cơ quan trả lời câu hỏi mã DH-7K3M:\n“thả diều?”\n\nĐược.\n\n– Bà Lan, 20/11/2026")
    corrected = messages_staff.staff_answer("DH-7K3M", "thả diều?", "Không.", "", on, again=True)
    assert corrected == (
        "Cơ quan trả lời câu hỏi mã DH-7K3M (thay câu trả lời trước):\n“thả diều?”\n\nKhông.\n\n– 20/11/2026"
    )


def test_who_types_a_receipt_elsewhere_is_told_only_that_it_is_answered():
    assert messages_staff.receipt_answered("DH-7") == (
        "Câu hỏi mã DH-7 đã được cán bộ trả lời. Câu trả lời chỉ xem được ở nơi đã hỏi; hoặc ông/bà gọi hay "
        "đến cơ quan, đọc mã này. (Trả lời tự động)"
    )
