"""Invented answers of the national portal, in the shape its detail API sends."""

from __future__ import annotations

import json
from typing import Any


def a_detail(**changes: Any) -> dict[str, Any]:
    """An everyday detail with every kind of field; *changes* replace its top-level keys."""
    return {
        "id": "019d-kite",
        "code": "9.000110",
        "name": "Cấp phép thả diều",
        "type": "STANDARD",
        "state": "UPDATED",
        "executionSteps": [{"name": "", "description": "Bước 1: Nộp đơn.\nBước 2: Nhận giấy phép."}],
        "executionMethods": [
            {
                "submissionMethod": "DIRECT",
                "processingTime": 3,
                "processingTimeUnit": "WORKING_DAY",
                "description": "Kể từ ngày nhận đủ hồ sơ",
                "fees": [
                    {
                        "type": "SERVICE_FEE",
                        "value": 8000,
                        "currencyName": "Việt Nam Đồng",
                        "description": "8.000 đồng",
                    }
                ],
            }
        ],
        "executionCases": [
            {
                "name": "* Giấy tờ phải nộp:",
                "profileComponents": [
                    {
                        "name": "Đơn xin thả diều",
                        "originalQty": 1,
                        "copyQty": 0,
                        "required": False,
                        "attachments": [{"fileName": "Mẫu 01.docx", "filePath": "f/1/Mẫu 01.docx"}],
                    }
                ],
            }
        ],
        "isWard": True,
        "isProvince": False,
        "departmentsExecuting": [{"name": "Phòng Diều"}],
        "unitGroupsExecuting": [None, {"name": "Ủy ban nhân dân cấp xã"}, {"name": "Phòng Diều"}],
        "departmentsAuthority": [{"name": "Chủ tịch xã"}],
        "unitGroupsCoordinating": [{"name": "Trạm khí tượng"}],
        "categoriesDetails": [{"name": "Diều"}],
        "legalBasisesDetails": [{"name": "Thông tư về diều", "code": "01/2026/TT-BD"}],
        "resultsDetails": [{"name": "Giấy phép"}],
        "subjectTypesDetails": [{"name": "Công dân Việt Nam"}],
        "requirementsAndConditions": "Diều nhỏ hơn 2 m.",
        "description": "Diều nhỏ hơn 2 m.",
        "keywords": "Không có thông tin\n",
        "dossierReceivingAddresses": "Một cửa xã",
        "departmentPromulgateName": "Bộ Diều",
        "procedureProposal": {"proposalNumber": "12/QĐ-BD", "decisionDate": 1768496400000},
        "updatedAt": 1776245290467,
        **changes,
    }


def an_answer(**changes: Any) -> dict[str, Any]:
    """The detail with id, code and name around it, as one line of a catalogue file."""
    detail = a_detail(**changes)
    return {"id": detail["id"], "code": detail["code"], "name": detail["name"], "detail": detail}


def as_json(item: object) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode()
