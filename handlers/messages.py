"""
Every sentence a citizen reads, and the few words that make up an answer.

Plain, calm Vietnamese for an old person on a phone: "ông/bà" throughout, one thought a sentence,
what is so, what to do next, a way to a person. No figure stands here but the nationwide emergency
numbers: amounts, dates and telephone numbers are handed in by the record or office they belong to.
"""

from __future__ import annotations

from datetime import date

from knowledge.passages import Facet
from knowledge.records import ChargeKind, Level, SubmissionMode, TimeUnit

# --- what a citizen may type -------------------------------------------------------------------

FULL = "đầy đủ"
TALK_TO_STAFF = "gặp cán bộ"
DELETE = "/xoa"
DELETE_ALL = "/xoadulieu"  # the same, as the menu of commands names it
DELETES = (DELETE, DELETE_ALL)

# Every automatic message shows that it is one: by this mark, or by speaking of itself as "máy".
MARK = "(Trả lời tự động)"

# --- first contact -----------------------------------------------------------------------------


def greeting(retention_days: int, notice_link: str = "", *, invites: bool = True) -> str:
    """
    The first message: what this is, what it keeps, a way to a person. At most 60 words.

    *notice_link* leads to the notice on personal data; "" when there is none. Whoever has asked already
    is not invited to.
    """
    invitation = " Mời ông/bà hỏi, ví dụ: “khai sinh cần gì?”" if invites else ""
    notice = f" Chi tiết: {notice_link}" if notice_link else ""
    return (
        "Kính chào ông/bà! Đây là máy trả lời tự động về thủ tục hành chính: "
        "giấy tờ, phí, thời hạn, nơi nộp.\n"
        f"Câu hỏi lưu {retention_days} ngày (câu gửi cán bộ: từ khi được trả lời); "
        f"gõ {DELETE} để xóa.{notice}\n"
        f"Gõ “{TALK_TO_STAFF}” để gặp người thật.{invitation}"
    )


THANKS = f"Cảm ơn ông/bà đã hỏi. Khi cần, ông/bà cứ nhắn tiếp. {MARK}"

HELP = (
    "Đây là máy trả lời tự động. Ông/bà cứ hỏi như nói chuyện bình thường, "
    "có dấu hay không dấu đều được. Ví dụ:\n"
    "- làm khai sinh cho con cần giấy tờ gì\n"
    "- đăng ký kết hôn mất bao nhiêu tiền\n"
    "- làm căn cước nộp ở đâu\n"
    f"Gõ “{FULL}” để xem toàn bộ một thủ tục, “{TALK_TO_STAFF}” để gửi câu hỏi cho cán bộ, "
    f"{DELETE} để xóa những gì ông/bà đã nhắn."
)

# --- the question cannot be taken as it is -------------------------------------------------------

EMPTY = (
    f"Ông/bà chưa gõ câu hỏi. Mời ông/bà gõ điều muốn hỏi, ví dụ: “đăng ký khai sinh cần giấy tờ gì?” {MARK}"
)
TOO_LONG = "Tin nhắn này dài quá, máy không đọc hết được. Mời ông/bà hỏi lại bằng một, hai câu ngắn."
NO_INDEX = (
    "Hệ thống đang được chuẩn bị nên chưa trả lời được. "
    f"Mong ông/bà thông cảm và nhắn lại sau, hoặc liên hệ trực tiếp cơ quan. {MARK}"
)
NO_TOPIC = (
    "Ông/bà đang hỏi về thủ tục nào? "
    f"Mời ông/bà gõ tên việc cần làm, ví dụ: “đăng ký khai sinh”, “cấp lại căn cước”. {MARK}"
)
UNREADABLE = (
    "Máy chưa đọc được tin nhắn này. Mời ông/bà gõ lại bằng tiếng Việt, có dấu hay không dấu đều được, "
    f"ví dụ: “làm căn cước ở đâu”. {MARK}"
)
PERSONAL_DATA = (
    "Lưu ý: tin nhắn vừa rồi có thông tin cá nhân. Máy đã che lại, không lưu. "
    "Xin ông/bà đừng gửi số căn cước, số điện thoại hay số tài khoản ở đây; hỏi thủ tục thì không cần."
)

FORGOTTEN = f"Đã xóa những gì ông/bà đã nhắn và câu trả lời. Ông/bà có thể hỏi lại từ đầu. {MARK}"

NOT_FORGOTTEN = (
    "Máy đang gặp trục trặc nên CHƯA xóa được những gì ông/bà đã nhắn. "
    f"Xin ông/bà gõ {DELETE} lần nữa sau ít phút. {MARK}"
)
NO_RECEIPT_NOW = (
    "Máy đang gặp trục trặc nên chưa xem được câu hỏi mang mã này. "
    f"Xin ông/bà hỏi lại sau, hoặc gọi hay đến cơ quan, đọc mã này. {MARK}"
)

# --- refused, with a reason ----------------------------------------------------------------------

OUT_OF_SCOPE = (
    "Câu này không thuộc thủ tục hành chính nên máy không trả lời được. "
    "Ông/bà có thể hỏi về giấy tờ, phí, thời hạn hoặc nơi nộp của một thủ tục, "
    "ví dụ: “đăng ký thường trú cần gì?”"
)
ABROAD = (
    "Visa và giấy tờ của nước khác do nước đó cấp nên máy không trả lời được; "
    "ông/bà hỏi đại sứ quán, lãnh sự quán của nước đó. "
    "Máy trả lời được về giấy tờ Việt Nam cần khi đi, ví dụ: “cấp hộ chiếu cần gì?”"
)
ACTION = (
    "Máy chỉ hướng dẫn, không nộp hồ sơ, sửa hồ sơ hay đặt lịch thay ông/bà được. "
    "Ông/bà cho biết cần làm thủ tục gì, máy sẽ nói rõ cần giấy tờ nào và nộp ở đâu. "
    f"Cần người giúp, ông/bà gõ “{TALK_TO_STAFF}”."
)
SECRET = (
    "Cảnh báo lừa đảo: cán bộ không bao giờ hỏi mã OTP, mật khẩu, số thẻ hay yêu cầu chuyển tiền "
    "qua điện thoại, tin nhắn.\n"
    "- Ông/bà đừng đưa mã OTP hay mật khẩu cho bất kỳ ai, kể cả người xưng là công an, cán bộ.\n"
    "- Đừng bấm đường dẫn lạ, đừng cài phần mềm người lạ gửi.\n"
    "- Nếu đã lỡ đưa: gọi ngay cho ngân hàng để khóa tài khoản và báo công an xã, phường nơi ở.\n"
    f"{MARK}"
)
ABUSE = (
    "Có lẽ ông/bà đang bực, mong ông/bà thông cảm. Ông/bà cho biết việc cần làm, máy sẽ cố gắng giúp; "
    f"hoặc gõ “{TALK_TO_STAFF}” để cán bộ trả lời."
)
# The only numbers that stand here: the nationwide emergency numbers, the same for every office.
EMERGENCY = (
    "Nếu đang có người gặp nguy hiểm, ông/bà gọi ngay: 113 (công an), 114 (cháy, cứu nạn), 115 (cấp cứu), "
    "111 (bảo vệ trẻ em). Bị đánh, bị đe dọa, có người bỏ đi hay mất tích: báo ngay công an nơi gần nhất. "
    "Đây là máy trả lời tự động, không gọi giúp được."
)
INJECTION = (
    "Máy chỉ trả lời theo thủ tục hành chính đã công bố và không làm theo yêu cầu này được. "
    "Mời ông/bà hỏi về một thủ tục."
)

# --- handed to an officer ------------------------------------------------------------------------


NOT_FORWARDED = (
    "Máy đang gặp trục trặc nên CHƯA gửi được câu hỏi này cho cán bộ. "
    "Xin ông/bà hỏi lại sau, hoặc gọi hay đến cơ quan."
)


def receipt_line(receipt: str) -> str:
    """Where the question is now; the code lets an officer find it. Without one it went nowhere."""
    if not receipt:
        return NOT_FORWARDED
    return (
        f"Câu hỏi đã gửi cán bộ. Mã tiếp nhận: {receipt}. "
        "Khi gặp hoặc gọi cơ quan, ông/bà đọc mã này để cán bộ tìm câu hỏi."
    )


def legal_question(receipt: str) -> str:
    """Asks for legal advice: say what we do instead."""
    return (
        "Câu này cần tư vấn pháp luật. Máy chỉ trích dẫn thủ tục đã công bố, không tư vấn pháp luật.\n"
        + receipt_line(receipt)
    )


def handed_over(receipt: str, *, is_bare: bool = False) -> str:
    """The citizen asked for a person; *is_bare*: and did not say about what."""
    if receipt and is_bare:
        more = "Ông/bà gõ thêm điều cần hỏi; cán bộ sẽ đọc cùng những câu ông/bà nhắn ở đây."
    else:
        more = ("Trong lúc chờ, ông/bà" if receipt else "Ông/bà") + " vẫn có thể hỏi tiếp."
    return f"{receipt_line(receipt)}\n{more} {MARK}"


# To what is typed next; the answer to it comes first.
STAFF_READS_TOO = "Cán bộ cũng đọc tin này."

COMPLAINT = (
    "Mong ông/bà thông cảm về điều chưa hài lòng. Máy không giải quyết được phản ánh, khiếu nại; "
    f"dưới đây là nơi tiếp nhận. Muốn gửi cho cán bộ, ông/bà gõ “{TALK_TO_STAFF}”."
)


def complaint_handed_over(receipt: str) -> str:
    """A complaint, where the office has published no guide for it."""
    return f"Mong ông/bà thông cảm về điều chưa hài lòng. {receipt_line(receipt)} {MARK}"


def receipt_waiting(receipt: str) -> str:
    """The receipt is known; what was asked is not told, for whoever typed it may be somebody else."""
    return f"Câu hỏi mã {receipt} đã đến cán bộ, đang chờ trả lời. {MARK}"


def receipt_unknown(receipt: str) -> str:
    """No question has this receipt."""
    return f"Máy không tìm thấy câu hỏi nào có mã {receipt}. Mời ông/bà xem lại mã, hoặc hỏi lại. {MARK}"


UNKNOWN_CODE = (
    "Dữ liệu của cơ quan không có thủ tục nào mang mã này. "
    f"Mời ông/bà xem lại mã, hoặc gõ tên việc cần làm. {MARK}"
)


NOT_FOUND = "Máy chưa tìm thấy thủ tục đúng với câu hỏi này trong dữ liệu của cơ quan nên chưa trả lời được."
NEAREST = "Gần nhất là (có thể không phải việc ông/bà cần; nếu đúng, xin gõ lại tên việc):"

# --- asking back -----------------------------------------------------------------------------------

WHICH_ONE = "Máy chưa rõ ông/bà cần việc nào. Xin ông/bà gõ số của việc đúng:"
NONE_OF_THESE = "Không có trong danh sách – gửi cán bộ"
NOT_A_CHOICE = f"Xin ông/bà gõ đúng một số trong danh sách trên, hoặc hỏi lại bằng câu khác. {MARK}"

# --- frame of every answer -------------------------------------------------------------------------

AUTOMATIC = "Trả lời tự động, trích từ hồ sơ đã công bố."
AUTOMATIC_CONTACT = "Trả lời tự động, theo thông tin cơ quan cung cấp."
AUTOMATIC_QA = "Trả lời tự động, trích câu trả lời cơ quan đã công bố."
SAMPLE = "(dữ liệu mẫu)"
CONTINUED = "…"


def answer_title(title: str, *, sample: bool) -> str:
    """First line: the column's name and what the answer is about."""
    return f"Cơ quan trả lời – {title}" + (f" {SAMPLE}" if sample else "")


def question_title(question: str) -> str:
    """First line of a published question with its answer."""
    return f"Dân hỏi: {question}"


def more_line(names: tuple[str, ...]) -> str:
    """What may be asked next; *names* may be empty."""
    full = f"Gõ “{FULL}” để xem toàn bộ."
    return f"Ông/bà có thể hỏi tiếp: {', '.join(names)}. {full}" if names else full


def source_name(title: str, code: str) -> str:
    """Which procedure was quoted."""
    return f"Nguồn: {title} (mã {code})"


def source_decision(decision: str, publisher: str, decided_on: date | None) -> str:
    """Who made it official; a part left out by the record is said to be missing."""
    number = f"Quyết định công bố: {decision or 'hồ sơ không ghi số'}"
    dated = f" ngày {day(decided_on)}" if decided_on and decision else ""
    return f"{number}{dated} – {publisher or 'không ghi cơ quan công bố'}"


def source_dates(updated_on: date | None, crawled_on: date | None) -> str:
    """How fresh the quotation is."""
    updated = f"Cập nhật: {day(updated_on)}" if updated_on else "Cập nhật: hồ sơ không ghi ngày"
    return updated + (f" (dữ liệu lấy ngày {day(crawled_on)})" if crawled_on else "")


def day(value: date) -> str:
    """
    Write a date as Vietnamese do.

    >>> day(date(2026, 7, 1))
    '01/07/2026'
    """
    return value.strftime("%d/%m/%Y")


def stale(crawled_on: date) -> str:
    """The knowledge is old; ask before going."""
    return (
        f"Lưu ý: dữ liệu lấy từ ngày {day(crawled_on)}, có thể đã thay đổi. "
        "Ông/bà nên hỏi lại trước khi đi nộp."
    )


ABOLISHED = (
    "Lưu ý: thủ tục này ĐÃ BÃI BỎ. Nội dung dưới đây chỉ để tham khảo; ông/bà đừng nộp hồ sơ theo bản này."
)


def replaced(names: tuple[str, ...]) -> str:
    """The procedure has successors; *names* are what the record knows of them."""
    by = f" bằng: {'; '.join(names)}" if names else ""
    return f"Lưu ý: thủ tục này ĐÃ ĐƯỢC THAY THẾ{by}. Nội dung dưới đây là bản cũ, chỉ để tham khảo."


_CITIES = frozenset({"Hà Nội", "Huế", "Hải Phòng", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"})


def province_name(province: str) -> str:
    """
    Put "tỉnh" or "thành phố" before the bare name of a province.

    >>> province_name("Lào Cai"), province_name("Thành phố Huế"), province_name("Huế")
    ('tỉnh Lào Cai', 'thành phố Huế', 'thành phố Huế')
    """
    bare = province.strip()
    for prefix in ("Thành phố ", "Tỉnh "):
        if bare.lower().startswith(prefix.lower()):
            return prefix.lower() + bare[len(prefix) :]
    return ("thành phố " if bare in _CITIES else "tỉnh ") + bare


def provincial(province: str) -> str:
    """The record is one province's own copy."""
    return f"(bản do {province_name(province)} công bố, áp dụng tại địa phương đó)"


def ask_here(number: str, purpose: str) -> str:
    """The hotline, where the record is silent."""
    return f"Hỏi thêm: {number}" + (f" ({purpose})" if purpose else "")


# --- names of facets ---------------------------------------------------------------------------------

HEADINGS = {
    Facet.OVERVIEW: "Tóm tắt",
    Facet.DOCUMENTS: "Giấy tờ cần có",
    Facet.FEE: "Phí, lệ phí",
    Facet.TIME: "Thời hạn giải quyết",
    Facet.WHERE: "Nơi làm thủ tục",
    Facet.STEPS: "Các bước",
    Facet.CONDITIONS: "Điều kiện",
    Facet.ONLINE: "Nộp trực tuyến",
    Facet.FORM: "Mẫu đơn, tờ khai",
    Facet.RESULT: "Kết quả nhận được",
    Facet.LEGAL: "Căn cứ pháp lý",
    Facet.WHO: "Ai được làm thủ tục này",
}
SHORT_NAMES = {
    Facet.OVERVIEW: "tóm tắt",
    Facet.DOCUMENTS: "giấy tờ",
    Facet.FEE: "phí",
    Facet.TIME: "thời hạn",
    Facet.WHERE: "nơi nộp",
    Facet.STEPS: "các bước",
    Facet.CONDITIONS: "điều kiện",
    Facet.ONLINE: "nộp trực tuyến",
    Facet.FORM: "mẫu đơn",
    Facet.RESULT: "kết quả",
    Facet.LEGAL: "căn cứ pháp lý",
    Facet.WHO: "ai được làm",
}
MODES = {
    SubmissionMode.DIRECT: "trực tiếp",
    SubmissionMode.ONLINE: "trực tuyến",
    SubmissionMode.POSTAL: "bưu chính",
}
CHARGES = {ChargeKind.FEE: "Phí", ChargeKind.CHARGE: "Lệ phí", ChargeKind.PRICE: "Mức giá"}
UNITS = {
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.DAY: "ngày",
    TimeUnit.HOUR: "giờ",
    TimeUnit.MONTH: "tháng",
    TimeUnit.YEAR: "năm",
}
LEVELS = {
    Level.COMMUNE: "cấp xã",
    Level.PROVINCE: "cấp tỉnh",
    Level.MINISTRY: "cấp bộ",
    Level.OTHER: "cơ quan khác",
}
CURRENCIES = {"VND": "đồng", "USD": "USD"}

# --- what the record does not state --------------------------------------------------------------------

NO_DOCUMENTS = "Hồ sơ công bố không liệt kê giấy tờ."
NO_CHARGE = "hồ sơ công bố không ghi khoản thu nào (không có nghĩa là miễn phí)"
NO_AMOUNT = "hồ sơ công bố không ghi mức thu (không có nghĩa là miễn phí)"
NO_CURRENCY = "(hồ sơ công bố không ghi đơn vị tiền)"
NO_METHODS = "Hồ sơ công bố không ghi cách nộp, thời hạn và phí."
NO_TIME = "hồ sơ công bố không ghi thời hạn"
NO_TIME_UNIT = "hồ sơ công bố ghi thời hạn nhưng thiếu đơn vị (giờ hay ngày)"
NO_AGENCY = "Hồ sơ công bố không ghi cơ quan thực hiện."
NO_STEPS = "Hồ sơ công bố không ghi trình tự thực hiện."
NO_CONDITIONS = "Hồ sơ công bố không ghi điều kiện nào (không có nghĩa là không có điều kiện)."
NO_ONLINE = "Hồ sơ công bố không ghi hình thức nộp trực tuyến."
NO_FORM = "Hồ sơ công bố không kèm mẫu đơn, tờ khai."
NO_RESULT = "Hồ sơ công bố không ghi kết quả."
NO_LEGAL = "Hồ sơ công bố không ghi căn cứ pháp lý."
NO_APPLICANTS = "Hồ sơ công bố không ghi đối tượng thực hiện."
ASK_THE_OFFICE = "Ông/bà hỏi cơ quan tiếp nhận hồ sơ trước khi nộp."

# --- words between the quotations ------------------------------------------------------------------------

QUOTED_IN_STEPS = "Trong các bước có ghi:"
ONLINE_YES = "Có, hồ sơ công bố có hình thức nộp trực tuyến."
TIME_LIMIT = "Thời hạn giải quyết"
HANDLED_BY = "Cơ quan thực hiện"
DECIDED_BY = "Cơ quan có thẩm quyền"
WAYS = "Cách nộp"
ADDRESSES = "Nơi tiếp nhận hồ sơ"
NOTES = "Lưu ý:"
MORE_NOTES = f"Còn lưu ý khác: gõ “{FULL}” để xem."
PAPERS_DIFFER = f"Giấy tờ khác nhau theo từng trường hợp. Gõ “{FULL}” để xem giấy tờ của từng trường hợp:"
MENTIONED_FORMS = "Giấy tờ có nhắc đến đơn, tờ khai, mẫu:"
UNCOUNTED_PAPERS = "Hồ sơ công bố liệt kê, không ghi số bản:"
WORKING_HOURS = "Giờ làm việc"
HOLIDAYS = "Ngày nghỉ, lễ"
RECEPTION = "Lịch tiếp công dân"
ADDRESS = "Địa chỉ"
EMAIL = "Thư điện tử"
WEBSITE = "Trang thông tin"
ANSWERED = "Cơ quan trả lời:"
CONTACT_TITLE = "Thông tin liên hệ"
NO_PHONE = "Số điện thoại: cơ quan chưa cung cấp"
NO_CONTACT = "Cơ quan chưa cung cấp thông tin liên hệ cho việc này."


def quoted(words: str) -> str:
    """The record's own words, short enough to stand inside a sentence."""
    return f"hồ sơ công bố ghi “{words}”"


def free(words: str) -> str:
    """Free, because the record says so in these *words*."""
    return f"không phải trả tiền ({quoted(words)})"


def no_condition(words: str) -> str:
    """The record's conditions are a bare "Không"."""
    return f"Không có điều kiện riêng ({quoted(words)})."


def copies(originals: int, duplicates: int) -> str:
    """
    Write the quantities of one paper; "" when none is given.

    >>> copies(1, 2), copies(0, 0)
    ('01 bản chính, 02 bản sao', '')
    """
    parts = [f"{originals:02d} bản chính"] if originals else []
    return ", ".join(parts + ([f"{duplicates:02d} bản sao"] if duplicates else []))


def legal_total(count: int) -> str:
    """How many legal documents there are when only the first are shown."""
    return f"(trên đây là một phần của {count} văn bản)"


def office_matter(office: str) -> str:
    """Heading of the office's own address and hours."""
    return f"Thông tin của {office}:"


NOT_HANDLED_HERE = (
    "Hồ sơ công bố ghi nơi giải quyết là cơ quan nêu trên, có thể không phải cơ quan dưới đây; "
    "ông/bà nên hỏi trước khi đi."
)


def continued(heading: str) -> str:
    """
    Heading of a list that goes on in the next message.

    >>> continued("Lưu ý:")
    'Lưu ý (tiếp):'
    """
    return f"{heading.rstrip(':')} (tiếp):"


def guide_source(source: str, checked_on: date | None) -> str:
    """Who published the facts of a guide."""
    return f"Nguồn: {source}" + (f", kiểm tra ngày {day(checked_on)}" if checked_on else "")


def approved(by: str, on: date | None) -> str:
    """Who answered a published question."""
    return f"Người duyệt: {by}" + (f", ngày {day(on)}" if on else "")


def rests_on(codes: tuple[str, ...]) -> str:
    """Procedures that a published answer rests on."""
    return f"Thủ tục liên quan: mã {', '.join(codes)}"


def with_code(code: str) -> str:
    """Tell two procedures apart by nothing but the code."""
    return f"mã {code}"


def checked(on: date) -> str:
    """When the office last confirmed a contact."""
    return f"Cơ quan xác nhận ngày {day(on)}"
