"""What ``danhoi doctor`` looks at. Every check that fails names the command that repairs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pysqlite3 import dbapi2 as sqlite3

from bot.app import App
from bot.index_state import index_state
from bot.sample import is_empty
from index.embedding import load_embedder
from knowledge.concepts import lexicon, read_folder
from knowledge.database import require_safe_sqlite
from knowledge.errors import DanhoiError

_LEAST_FREE_MB = 500  # a national index is some 200 MB, and two of them are kept
_NO_STORE = "chưa có kho dữ liệu. Hãy chạy: danhoi setup"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``detail`` says what is so and, unless ``good``, what to do."""

    name: str
    good: bool
    detail: str


def examine(app: App) -> list[Finding]:
    """Return one finding per check; an error in one does not stop the others."""
    return [_examined(name, check, app) for name, check in _CHECKS.items()]


def _examined(name: str, check: Callable[[App], tuple[bool, str]], app: App) -> Finding:
    try:
        return Finding(name, *check(app))
    except DanhoiError as error:
        return Finding(name, False, str(error))


def _home(app: App) -> tuple[bool, str]:
    home = app.settings.home.resolve()
    if not home.is_dir():
        return False, f"chưa có thư mục {home}. Hãy chạy: danhoi setup"
    if not os.access(home, os.W_OK):
        return False, f"không ghi được vào {home}. Hãy chạy: sudo chown -R $(id -un) {home}"
    return True, str(home)


def _disk(app: App) -> tuple[bool, str]:
    home = app.settings.home.resolve()
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free_mb = shutil.disk_usage(place).free // 2**20
    if free_mb < _LEAST_FREE_MB:
        return False, f"còn {free_mb} MB, cần ít nhất {_LEAST_FREE_MB} MB. Hãy giải phóng ổ đĩa chứa {place}"
    return True, f"còn {free_mb} MB"


def _sqlite(_: App) -> tuple[bool, str]:
    require_safe_sqlite(sqlite3.sqlite_version_info)
    return True, sqlite3.sqlite_version


def _model(app: App) -> tuple[bool, str]:
    embedder = load_embedder(app.settings.model)
    return True, f"{embedder.model_id}, {embedder.dimension} chiều"


def _knowledge(app: App) -> tuple[bool, str]:
    if not app.settings.database.exists():
        return False, _NO_STORE
    with app.open_store() as store:
        if is_empty(store):
            return False, "kho trống. Hãy chạy: danhoi knowledge import TỆP (hoặc danhoi knowledge sample)"
        counts = store.counts()
        return True, (
            f"phiên bản {store.version()}: {counts['procedure']} thủ tục, {counts['contact']} liên hệ, "
            f"{counts['guide']} hướng dẫn, {counts['qa']} hỏi đáp"
        )


def _office(app: App) -> tuple[bool, str]:
    if not app.settings.database.exists():
        return False, _NO_STORE
    with app.open_store() as store:
        office = store.office()
    # Allowed: without an office nothing is preferred by place or level.
    return True, office.name if office else "chưa khai báo; không ưu tiên cấp hay tỉnh nào"


def _index(app: App) -> tuple[bool, str]:
    if not app.settings.database.exists():
        return False, _NO_STORE
    state = index_state(app)
    if state.manifest is None or state.trouble:
        return False, state.trouble
    age = datetime.now(UTC) - datetime.fromisoformat(state.manifest.created_at)
    passages = sum(state.manifest.passages.values())
    return True, f"{state.manifest.generation}, {passages} đoạn, xây cách đây {_spoken(age)}"


def _lexicon(app: App) -> tuple[bool, str]:
    files = read_folder(app.settings.lexicon_dir)
    wrong = [str(file.problems[0]) for file in files if file.problems]
    if wrong:
        return False, f"bỏ qua {len(wrong)} tệp của cơ quan. {wrong[0]} Xem hết: danhoi lexicon check"
    own = sum(len(file.entries) for file in files)
    return True, f"{len(lexicon().concepts)} mục có sẵn, {own} mục của cơ quan"


def _questions(app: App) -> tuple[bool, str]:
    if not app.settings.database.exists():
        return True, "chưa có câu hỏi nào"
    with app.open_conversations() as conversations:
        total, waiting = sum(conversations.counts().values()), len(conversations.unanswered())
    return True, f"{total} câu hỏi, {waiting} đang chờ cán bộ"


def _spoken(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours >= 48:
        return f"{age.days} ngày"
    return f"{hours} giờ" if hours else "chưa đến 1 giờ"


_CHECKS: dict[str, Callable[[App], tuple[bool, str]]] = {
    "Thư mục dữ liệu": _home,
    "Ổ đĩa": _disk,
    "SQLite": _sqlite,
    "Mô hình": _model,
    "Kho dữ liệu": _knowledge,
    "Cơ quan": _office,
    "Chỉ mục": _index,
    "Từ điển": _lexicon,
    "Câu hỏi": _questions,
}
