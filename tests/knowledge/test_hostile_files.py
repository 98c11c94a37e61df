"""
Goal S4: files made to harm are refused with a clear message, in bounded memory.

Each file is made here. The refusal happens in a process of its own with a limit on its address
space, so that a bomb that goes off fails the test instead of the machine.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.portal_samples import an_answer, as_json

ROOT = Path(__file__).parents[2]
ANSWER = as_json(an_answer())
EXTRA_BYTES = 50 * 2**20

# Imports first, then the limit: what it may take besides what the program has anyway.
READER = f"""
import resource, sys
from pathlib import Path
from knowledge.errors import KnowledgeError, Problem
from knowledge.reading import read_records
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + {EXTRA_BYTES}
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
records = problems = 0
try:
    for item in read_records(Path(sys.argv[1])):
        if not isinstance(item, Problem):
            sys.exit("a record was read")
        print(item)
except KnowledgeError as refusal:
    print(refusal)
"""


def packed_zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = b" " * 2**20
    return b"".join(packer.compress(block) for _ in range(mebibytes)) + packer.flush()


def billion_laughs() -> bytes:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    return "\n".join(lines).encode()


def in_detail(field: bytes, value: bytes) -> bytes:
    return ANSWER.replace(b'"detail": {', b'"detail": {"' + field + b'": ' + value + b", ", 1)


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "gzip bomb": ("a.jsonl.gz", lambda: packed_zeros(600), "bung ra quá lớn"),
    "gzip bomb in many members": ("a.gz", lambda: packed_zeros(20) * 40, "bung ra quá lớn"),
    "gzip in gzip": ("a.json.gz", lambda: gzip.compress(gzip.compress(ANSWER)), "không phải"),
    "cut gzip": ("a.jsonl.gz", lambda: gzip.compress(ANSWER)[:-20], "bị cắt ngang"),
    "gzip with a flipped byte": (
        "a.jsonl.gz",
        lambda: gzip.compress(ANSWER)[:-6] + b"\0\0" + gzip.compress(ANSWER)[-4:],
        "bị hỏng",
    ),
    "no gzip at all": ("a.jsonl.gz", lambda: ANSWER, "không phải gzip"),
    "deep JSON list": ("a.json", lambda: b"[" * 500_000, "quá sâu"),
    "deep JSON in a skipped field": (
        "a.jsonl",
        lambda: in_detail(b"x", b"[" * 200_000 + b"]" * 200_000),
        "quá sâu",
    ),
    "deep JSON objects": ("a.jsonl", lambda: b'{"detail":' * 200_000, "quá sâu"),
    "a number of 100,000 digits": ("a.jsonl", lambda: in_detail(b"updatedAt", b"9" * 100_000), "updatedAt"),
    "a number beyond all floats": (
        "a.jsonl",
        lambda: ANSWER.replace(b'"processingTime": 3', b'"processingTime": 1e999'),
        "processingTime",
    ),
    "a year in the far future": ("a.jsonl", lambda: in_detail(b"updatedAt", b"9" * 17), "updatedAt"),
    "an endless line": ("a.jsonl", lambda: b'{"a": "' + b"x" * (17 * 2**20), "dòng dài quá 16 MB"),
    "half a surrogate": ("a.jsonl", lambda: in_detail(b"note", b'"\\ud800"'), "JSON"),
    "NUL bytes": ("a.jsonl", lambda: ANSWER + b"\0" * 100, "NUL"),
    "UTF-16": ("contacts.csv", lambda: "contact_id,name\n".encode("utf-16"), "không phải chữ UTF-8"),
    "invalid UTF-8": ("a.jsonl", lambda: ANSWER.replace(b"9.000110", b"\xff\xfe\xfd"), "UTF-8"),
    "an empty file": ("a.json", lambda: b" \n", "tệp rỗng"),
    "a workbook named CSV": (
        "contacts.csv",
        lambda: b"PK\x03\x04" + bytes(range(256)),
        "không phải chữ UTF-8",
    ),
    "an unknown kind": ("a.xlsx", lambda: b"text", "tên tệp không cho biết"),
    "billion laughs": ("contacts.yaml", billion_laughs, "không dùng & và *"),
    "deep YAML": ("contacts.yaml", lambda: b"[" * 100_000, "lồng nhau quá 12 tầng"),
    "YAML that runs code": ("office.yaml", lambda: b"!!python/object/apply:os.system [ls]", "không dùng !"),
    "YAML larger than any office": ("qa.yaml", lambda: b"- a\n" * 2**19, "lớn quá 1 MB"),
    "YAML of nothing but items": ("qa.yaml", lambda: b"- a\n" * 2**17, "tệp có quá nhiều mục"),
    "a CSV cell without an end": ("qa.csv", lambda: b'qa_id\n"' + b"x" * 300_000, "CSV sai cú pháp"),
    "front matter without an end": ("guide.md", lambda: b"---\n" + b"a: b\n" * 1000, "dòng ---"),
}


@pytest.mark.parametrize(("name", "content", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_memory(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content())
    said = read_under_a_limit(path)
    assert said.startswith(name)
    assert message in said


def test_a_file_larger_than_allowed_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)  # a hole: no disk is used
    assert "tệp lớn quá 64 MB" in read_under_a_limit(path)


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "device", "missing"])
def test_what_is_no_regular_file_is_refused(tmp_path, kind):
    path = tmp_path / "a.jsonl"
    messages = {"link": "đây là liên kết", "missing": "không tìm thấy tệp"}
    if kind == "link":
        (tmp_path / "real.jsonl").write_bytes(ANSWER)
        path.symlink_to(tmp_path / "real.jsonl")
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    assert messages.get(kind, "không phải tệp thường") in read_under_a_limit(path)


def test_a_path_in_a_forms_name_is_only_text(tmp_path):
    """Names of attachments are shown and never opened."""
    from knowledge.errors import Problem
    from knowledge.reading import read_records
    from knowledge.records import Procedure

    path = tmp_path / "a.json"
    path.write_bytes(ANSWER.replace("f/1/Mẫu 01.docx".encode(), b"../../etc/passwd"))
    (item,) = read_records(path)
    assert not isinstance(item, Problem)
    record = item[0]
    assert isinstance(record, Procedure)
    assert record.dossier_cases[0].documents[0].forms[0].path == "../../etc/passwd"


def read_under_a_limit(path: Path) -> str:
    """Return what staff would read; fails when a record comes out, or anything but a refusal goes wrong."""
    command = [sys.executable, "-c", READER, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
