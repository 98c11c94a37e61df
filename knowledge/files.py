"""
Opening files that strangers wrote: bounded in size, memory and depth, or refused.

Only regular files are opened; links, pipes, devices and folders are not. A file is looked through
once before its first record is used, so that a damaged one gives nothing at all instead of its
first half. The largest real file has 7.7 MB, inflates to 80 MB (ratio 11) and has lines of 150 KB.
"""

from __future__ import annotations

import codecs
import itertools
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import KnowledgeError, Problem

LARGEST_FILE = 64 * 2**20
LARGEST_INFLATED = 512 * 2**20
LARGEST_RATIO = 200
LONGEST_LINE = 16 * 2**20
_CHUNK = 2**18
_GZIP = b"\x1f\x8b"
_GZIP_WBITS = 31
_BOM = codecs.BOM_UTF8

_SAVE_AS_UTF8 = "hãy mở tệp và lưu lại với bảng mã UTF-8"
_MB = 2**20


def refuse(path: Path, place: str, remedy: str, field: str = "", value: str = "") -> KnowledgeError:
    """Return the error that refuses *path* as a whole."""
    return KnowledgeError(str(Problem(path.name, place, field, value, remedy)))


def check_text_file(path: Path) -> None:
    """
    Look *path* through from end to end, in constant memory.

    Raises:
        KnowledgeError: missing, no regular file, empty, too large, damaged gzip, or not UTF-8 text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    empty = True
    try:
        for chunk in _chunks(path):
            empty = empty and not chunk.strip()
            decoder.decode(chunk)
            if b"\0" in chunk:
                raise refuse(path, "", "tệp có ký tự NUL nên không phải tệp văn bản; " + _SAVE_AS_UTF8)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        value = error.object[error.start : error.start + 4].hex(" ")
        raise refuse(path, "", "đây không phải chữ UTF-8; " + _SAVE_AS_UTF8, "byte", value) from error
    if empty:
        raise refuse(path, "", "tệp rỗng; hãy tải hoặc lưu lại tệp rồi nhập lại")


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """
    Yield (line number from 1, line without its end) of the lines that are not blank.

    Raises:
        KnowledgeError: as `check_text_file`, or a line longer than 16 MiB.
    """
    parts: list[bytes] = []
    number, length = 1, 0
    for chunk in _chunks(path):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            line = b"".join((*parts, piece)).strip()
            if line:
                yield number, line
            number, parts, length = number + 1, [], 0
        parts.append(rest)
        length += len(rest)
        if length > LONGEST_LINE:
            raise refuse(path, f"dòng {number}", f"dòng dài quá {LONGEST_LINE // _MB} MB; hãy chia nhỏ tệp")
    line = b"".join(parts).strip()
    if line:
        yield number, line


def whole(path: Path, largest: int) -> bytes:
    """
    Return all of *path*, inflated, without a byte-order mark.

    Raises:
        KnowledgeError: as `check_text_file`, or more than *largest* bytes.
    """
    parts: list[bytes] = []
    length = 0
    for chunk in _chunks(path):
        parts.append(chunk)
        length += len(chunk)
        if length > largest:
            raise refuse(path, "", f"tệp lớn quá {largest / _MB:g} MB; hãy chia thành nhiều tệp nhỏ")
    return b"".join(parts)


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of *path*, inflated and without a byte-order mark, a bounded piece at a time."""
    descriptor = _open(path)
    with os.fdopen(descriptor, "rb") as file:
        head = file.read(_CHUNK)
        pieces = iter(lambda: file.read(_CHUNK), b"")
        if head.startswith(_GZIP):
            inflated = _inflate(path, head, pieces)
            head, pieces = next(inflated, b""), inflated
        elif path.suffix.lower() == ".gz":
            raise refuse(path, "", "tên tệp là .gz nhưng nội dung không phải gzip; hãy tải lại tệp")
        yield head.removeprefix(_BOM)
        yield from pieces


def _open(path: Path) -> int:
    # O_NONBLOCK: opening a pipe nobody writes to would otherwise wait for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise refuse(path, "", f"không tìm thấy tệp ({path}); hãy kiểm tra lại đường dẫn") from error
    except (OSError, ValueError) as error:
        remedy = "không mở được tệp"
        if path.is_symlink():
            remedy = "đây là liên kết, không phải tệp; hãy đưa đường dẫn của chính tệp đó"
        elif isinstance(error, PermissionError):
            remedy = "không có quyền đọc tệp; hãy cấp quyền đọc rồi nhập lại"
        raise refuse(path, "", remedy) from error
    _check_kind_and_size(path, descriptor)
    return descriptor


def _check_kind_and_size(path: Path, descriptor: int) -> None:
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_FILE:
        return
    os.close(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise refuse(path, "", "đây không phải tệp thường; hãy đưa đường dẫn của một tệp dữ liệu")
    remedy = f"tệp lớn quá {LARGEST_FILE // _MB} MB; hãy chia thành nhiều tệp nhỏ"
    raise refuse(path, "", remedy, "kích thước", f"{status.st_size // _MB} MB")


def _inflate(path: Path, head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the inflated bytes of one or more gzip members; raises on a bomb, damage or a short file."""
    inflater = zlib.decompressobj(_GZIP_WBITS)
    packed = inflated = 0
    for piece in itertools.chain([head], pieces):
        packed += len(piece)
        while piece:
            if inflater.eof:
                inflater = zlib.decompressobj(_GZIP_WBITS)
            try:
                out = inflater.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise refuse(path, "", "tệp gzip bị hỏng; hãy tải lại tệp") from error
            inflated += len(out)
            _check_bomb(path, packed, inflated)
            yield out
            piece = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise refuse(path, "", "tệp gzip bị cắt ngang; hãy tải lại tệp")


def _check_bomb(path: Path, packed: int, inflated: int) -> None:
    # The first pieces of an honest file may inflate well; the ratio counts from 16 MiB on.
    if inflated > LARGEST_INFLATED or (inflated > LONGEST_LINE and inflated > packed * LARGEST_RATIO):
        remedy = (
            f"tệp nén bung ra quá lớn (giới hạn {LARGEST_INFLATED // _MB} MB, gấp {LARGEST_RATIO} lần); "
            "hãy tải lại từ nguồn tin cậy"
        )
        raise refuse(path, "", remedy, "kích thước khi bung", f"{inflated // _MB} MB")
