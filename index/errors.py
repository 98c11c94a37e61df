"""
What can be wrong with the index, in sentences for staff.

    DanhoiError
    ├── IndexUnusable           there is no index that may be asked
    │   ├── IndexMissing        none was built yet
    │   └── IndexDamaged        a file is missing or differs, or it was made by another model
    ├── IndexBusy               another process is building
    ├── BuildFailed             a build stopped; what is served is whole
    │   └── DiskFailed          because the disk is full or fails
    └── ModelUnusable           the embedding model cannot be loaded
"""

from __future__ import annotations

from pathlib import Path

from knowledge.errors import DanhoiError

_BUILD = "danhoi index build"
REMEDY = f"Hãy chạy: {_BUILD}"


class IndexUnusable(DanhoiError):
    """There is no index that may be asked."""


class IndexMissing(IndexUnusable):
    """No generation has been published in *index_dir*."""

    def __init__(self, index_dir: Path) -> None:
        super().__init__(f"Chưa có chỉ mục trong {index_dir}. {REMEDY}")


class IndexDamaged(IndexUnusable):
    """*path* is not what was published; *what* says how, as a Vietnamese clause without full stop."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        super().__init__(f"Chỉ mục không dùng được, tệp {path}: {what}. {REMEDY}")


class IndexBusy(DanhoiError):
    """Process *pid* holds the lock of the index; "" when it could not be read."""

    def __init__(self, index_dir: Path, pid: str) -> None:
        who = f"tiến trình {pid}" if pid else "một tiến trình khác"
        super().__init__(
            f"Chỉ mục trong {index_dir} đang được {who} xây dựng. Hãy đợi tiến trình đó xong rồi chạy lại."
        )


class BuildFailed(DanhoiError):
    """The build stopped because of *why*; what is served, mostly the index of before, is whole."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(
            f"Chưa xây xong chỉ mục mới: {why}. Chỉ mục đang dùng (nếu có) vẫn nguyên vẹn. {remedy}".rstrip()
        )


class DiskFailed(BuildFailed):
    """The build could not write or read; *why* is the system's own text."""

    def __init__(self, why: str) -> None:
        super().__init__(why, f"Hãy giải phóng dung lượng, hoặc kiểm tra ổ đĩa, rồi chạy lại: {_BUILD}")


class ModelUnusable(DanhoiError):
    """The embedding model *name* cannot be loaded."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"Không nạp được mô hình {name}: {why}. Hãy kiểm tra tên hoặc thư mục của mô hình, "
            "hoặc dùng mô hình kèm sẵn: builtin"
        )
