"""An office small enough to know by heart, for tests of questions and answers."""

from __future__ import annotations

from knowledge.records import Level, PhoneNumber, ProcedureType
from tests.record_samples import a_contact, a_guide, a_procedure, an_office

BIRTH = a_procedure("9.000001", title="Đăng ký khai sinh")
DEATH = a_procedure("9.000002", title="Đăng ký khai tử")
MARRIAGE = a_procedure("9.000003", title="Đăng ký kết hôn")
FIRE = a_procedure("9.000004", title="Thẩm duyệt thiết kế về phòng cháy và chữa cháy")
KITE_COMMUNE = a_procedure("9.000005", title="Cấp phép thả diều (cấp xã)")
KITE_PROVINCE = a_procedure(
    "9.000006",
    title="Cấp phép thả diều (cấp tỉnh)",
    levels=(Level.PROVINCE,),
    handling_agencies=("Sở Diều",),
)
SECRET_ONE = a_procedure("5.000001", title="Chấm điểm nội bộ", procedure_type=ProcedureType.INTERNAL)
HOTLINE = a_contact(
    "hotline",
    name="Tổng đài hỗ trợ",
    about=("hỗ trợ dịch vụ công",),
    unit="",
    phones=(PhoneNumber("1800 0000", "hỗ trợ", ""),),
)
POLICE = a_contact(
    "cong-an", name="Công an xã Mẫu", about=("công an xã",), phones=(PhoneNumber("0912 000 111", "", ""),)
)
PASSWORD = a_guide(
    "mat-khau", title="Quên mật khẩu VNeID", questions=("quên mật khẩu",), body="Bấm Quên mật khẩu."
)
RECORDS = [BIRTH, DEATH, MARRIAGE, FIRE, KITE_COMMUNE, KITE_PROVINCE, SECRET_ONE, HOTLINE, POLICE, PASSWORD]
OFFICE = an_office()
