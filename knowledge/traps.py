"""The traps that ``checking.py`` looks for, each with its name, its sentence and its advice for staff."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trap(StrEnum):
    """What may be taken wrongly. The values are stable: scripts filter by them."""

    FEE_IN_DESCRIPTION = "fee_in_description"
    FEE_SET_BY_PROVINCE = "fee_set_by_province"
    FEE_NOT_STATED = "fee_not_stated"
    FEE_TOO_SMALL = "fee_too_small"
    TIME_WITHOUT_UNIT = "time_without_unit"
    NO_COMMUNE_BODY = "no_commune_body"
    DISTRICT_MENTIONED = "district_mentioned"
    NO_DECISION = "no_decision"
    NOTE_AMONG_DOCUMENTS = "note_among_documents"
    SAME_NAME = "same_name"
    EMPTY_FACET = "empty_facet"
    ODD_CODE = "odd_code"


@dataclass(frozen=True, slots=True)
class TrapText:
    """A trap for people: ``sentence`` says what is so, ``advice`` what to do."""

    name: str
    sentence: str
    advice: str


_ASK_PUBLISHER = "Đề nghị cơ quan công bố bổ sung; khi người dân hỏi thì hướng dẫn gọi tổng đài."

TRAPS: dict[Trap, TrapText] = {
    Trap.FEE_IN_DESCRIPTION: TrapText(
        "Tiền nằm trong mô tả",
        "Ô số tiền là 0 hoặc để trống, nhưng phần mô tả ghi một số tiền.",
        "Không trả lời là miễn phí; trích nguyên phần mô tả.",
    ),
    Trap.FEE_SET_BY_PROVINCE: TrapText(
        "Mức thu do tỉnh quy định",
        "Mô tả ghi mức thu do Hội đồng nhân dân cấp tỉnh quy định.",
        "Bổ sung mức thu theo nghị quyết của tỉnh vào mục hỏi đáp.",
    ),
    Trap.FEE_NOT_STATED: TrapText(
        "Không rõ mức thu",
        "Ô số tiền là 0 hoặc để trống, mô tả không nêu số tiền và cũng không nói là miễn.",
        "Không trả lời là miễn phí; kiểm tra quyết định công bố.",
    ),
    Trap.FEE_TOO_SMALL: TrapText(
        "Số tiền nhỏ bất thường",
        "Số tiền nhỏ hơn 1.000 mà không ghi là đô la Mỹ; có thể là đô la Mỹ hoặc nghìn đồng.",
        "Kiểm tra quyết định công bố trước khi trả lời số tiền.",
    ),
    Trap.TIME_WITHOUT_UNIT: TrapText(
        "Thời hạn không có đơn vị",
        "Thời hạn giải quyết được công bố không kèm đơn vị (ngày, ngày làm việc, giờ…).",
        "Không tự thêm đơn vị; trích mô tả hoặc trình tự thực hiện.",
    ),
    Trap.NO_COMMUNE_BODY: TrapText(
        "Gắn cấp xã nhưng không thấy cơ quan cấp xã",
        "Cổng đánh dấu thủ tục ở cấp xã, nhưng cơ quan thực hiện không có cơ quan cấp xã nào.",
        "Xác định nơi nộp trước khi hướng dẫn người dân đến xã.",
    ),
    Trap.DISTRICT_MENTIONED: TrapText(
        "Còn nhắc đến cấp huyện",
        "Bản công bố còn nhắc đến huyện hoặc cơ quan cấp huyện, là cấp đã kết thúc hoạt động từ 1/7/2025.",
        "Xác định cơ quan đang tiếp nhận và ghi vào mục hỏi đáp.",
    ),
    Trap.NO_DECISION: TrapText(
        "Thiếu quyết định công bố",
        "Bản công bố không ghi số hoặc ngày của quyết định công bố.",
        _ASK_PUBLISHER,
    ),
    Trap.NOTE_AMONG_DOCUMENTS: TrapText(
        "Ghi chú nằm trong thành phần hồ sơ",
        "Dòng này có 0 bản chính và 0 bản sao; phần lớn là lời ghi chú, không phải giấy tờ.",
        "Không đếm dòng này là giấy tờ phải nộp.",
    ),
    Trap.SAME_NAME: TrapText(
        "Nhiều thủ tục cùng tên",
        "Nhiều mã thủ tục có cùng một tên, khác nhau ở cấp thực hiện hoặc ở tỉnh.",
        "Hỏi người dân nộp ở cấp nào, tỉnh nào; luôn nêu mã.",
    ),
    Trap.EMPTY_FACET: TrapText(
        "Thiếu một phần nội dung",
        "Bản công bố để trống phần này.",
        _ASK_PUBLISHER,
    ),
    Trap.ODD_CODE: TrapText(
        "Mã thủ tục khác thường",
        "Mã không gồm một chữ số, dấu chấm và sáu chữ số; đuôi “-Xoa” là thủ tục cơ quan công bố đã xóa.",
        "Tra lại mã trên Cổng Dịch vụ công quốc gia.",
    ),
}
