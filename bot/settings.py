"""
The settings: the only module that reads the environment.

A variable that is not set in the environment may stand in a file ``.env`` in the current folder,
``NAME=value`` a line. ``.env.example`` lists them all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import DanhoiError

LOG_LEVELS = ("debug", "info", "warning", "error")
_DEFAULT_HOME = "var"
_DEFAULT_MODEL = "builtin"
_DEFAULT_LOG = "warning"


class SettingsError(DanhoiError):
    """Some settings cannot be used; the text names all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Cấu hình chưa đúng: " + "; ".join(problems) + ".")


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What the operator decides.

    Attributes:
        home: The one folder with all state; it need not exist yet.
        model: "builtin", or name or folder of a sentence-transformers model.
        log: Lowest level that is logged, one of ``LOG_LEVELS``.
    """

    home: Path
    model: str = _DEFAULT_MODEL
    log: str = _DEFAULT_LOG

    @property
    def database(self) -> Path:
        """The SQLite file with the knowledge and the conversations."""
        return self.home / "danhoi.db"

    @property
    def index_dir(self) -> Path:
        """The folder of the index generations."""
        return self.home / "index"

    @property
    def lexicon_dir(self) -> Path:
        """The folder of the office's own entries of the lexicon; it need not exist."""
        return self.home / "lexicon"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """
        Return the settings in *environ*; what is missing or empty gets its default.

        Raises:
            SettingsError: one or more cannot be used; all of them are named.
        """
        home = Path(environ.get("DANHOI_HOME") or _DEFAULT_HOME).expanduser()
        log = (environ.get("DANHOI_LOG") or _DEFAULT_LOG).lower()
        problems = []
        if home.exists() and not home.is_dir():
            problems.append(f"DANHOI_HOME={home} không phải là thư mục")
        if log not in LOG_LEVELS:
            problems.append(f"DANHOI_LOG={log} phải là một trong: {', '.join(LOG_LEVELS)}")
        if problems:
            raise SettingsError(problems)
        return cls(home, environ.get("DANHOI_MODEL") or _DEFAULT_MODEL, log)


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Return the settings of this process; the environment goes before *env_file*."""
    return Settings.from_environ(read_env_file(env_file) | dict(os.environ))


def read_env_file(path: Path) -> dict[str, str]:
    """
    Return the variables in *path*; none when there is no such file.

    Empty lines and lines that begin with "#" are skipped; a value may stand in quotes.

    Raises:
        SettingsError: a line has no "=", or the file cannot be read as UTF-8 text.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"không đọc được tệp {path} ({error})"]) from error
    lines = list(enumerate(map(str.strip, text.splitlines()), start=1))
    wrong = [number for number, line in lines if line and line[0] != "#" and "=" not in line]
    if wrong:
        raise SettingsError([f"{path}, dòng {number}: hãy viết TÊN=giá trị" for number in wrong])
    pairs = (line.removeprefix("export ").split("=", 1) for _, line in lines if line and line[0] != "#")
    return {name.strip(): _unquoted(value.strip()) for name, value in pairs}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
