"""
What stands between the quotations of a record: names of its parts, and what it leaves unsaid.

Written as ``messages.py`` says.
"""

from __future__ import annotations

from handlers.messages import FULL
from knowledge.passages import Facet
from knowledge.records import ChargeKind, Level, SubmissionMode, TimeUnit

# --- names ----------------------------------------------------------------------------------------

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

# --- what the record does not state ---------------------------------------------------------------

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

# --- words between the quotations -----------------------------------------------------------------

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
