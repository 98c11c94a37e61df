"""
Passages: the smallest texts that are searched and cited, one or more per record and facet.

A passage id survives a rebuild: it is made of the record's own key and the facet, never of a
position in a file ("1.001193#documents", "guide/dang-nhap-vneid#overview"). A long facet is cut at
line borders into "…#steps", "…#steps-2", ….
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Facet(StrEnum):
    """What about a procedure is asked, or told. The values are the labels of the labelled questions."""

    OVERVIEW = "overview"  # tổng quan
    DOCUMENTS = "documents"  # thành phần hồ sơ
    FEE = "fee"  # phí, lệ phí
    TIME = "time"  # thời hạn giải quyết
    WHERE = "where"  # nơi nộp, cơ quan thực hiện
    STEPS = "steps"  # trình tự thực hiện
    CONDITIONS = "conditions"  # yêu cầu, điều kiện
    ONLINE = "online"  # nộp trực tuyến
    FORM = "form"  # mẫu đơn, tờ khai
    RESULT = "result"  # kết quả
    LEGAL = "legal"  # căn cứ pháp lý
    WHO = "who"  # đối tượng thực hiện


class RecordKind(StrEnum):
    """Which kind of record a passage belongs to; with the key it names one record."""

    PROCEDURE = "procedure"
    CONTACT = "contact"
    GUIDE = "guide"
    QA = "qa"


class PassagePart(StrEnum):
    """Where in the record the text stands; ranking weighs titles more than bodies."""

    TITLE = "title"  # the record's name
    BODY = "body"  # text of one facet
    ASKED = "asked"  # a citizen's wording of the matter: searched, never quoted
    # A wording of a procedure that is *not* in this knowledge: searched to notice just that. Without
    # it a question about a passport is answered with the nearest procedure the office does have.
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Passage:
    """One searchable text. ``key`` is the procedure code, or the contact's, guide's or QA's slug."""

    passage_id: str
    kind: RecordKind
    key: str
    part: PassagePart
    facet: Facet
    text: str
