"""
The settings: the only module that reads the environment.

A variable that is not set in the environment may stand in a file ``.env`` in the current folder,
``NAME=value`` a line. ``.env.example`` lists them all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from knowledge.errors import DanhoiError

LOG_LEVELS = ("debug", "info", "warning", "error")
_DEFAULT_HOME = "var"
_DEFAULT_MODEL = "builtin"
_DEFAULT_LOG = "warning"
_DEFAULT_HOST = "127.0.0.1"
_DEFAULT_PORT = 8080
POLL, WEBHOOK = "poll", "webhook"
_TELEGRAM_API = "https://api.telegram.org"
_ZALO_BOT_API = "https://bot-api.zaloplatforms.com"  # the SDK's own default is an old host
_ZALO_BOT_MONTHLY_QUOTA = 3000  # messages in the free plan
_ZALO_OA_API = "https://openapi.zalo.me"
_ZALO_OA_OAUTH = "https://oauth.zaloapp.com"
_SHORTEST_SECRET, _LONGEST_SECRET = 16, 256


class SettingsError(DanhoiError):
    """Some settings cannot be used; the text names all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Cấu hình chưa đúng: " + "; ".join(problems) + ".")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """The Telegram bot; the secret is what Telegram shows at every webhook call."""

    token: str = field(repr=False)
    base_url: str = _TELEGRAM_API
    mode: str = POLL
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ZaloBotSettings:
    """The Zalo Bot; the secret is what Zalo shows at every webhook call."""

    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    base_url: str = _ZALO_BOT_API
    mode: str = WEBHOOK
    monthly_quota: int = _ZALO_BOT_MONTHLY_QUOTA


@dataclass(frozen=True, slots=True)
class ZaloOaSettings:
    """The Zalo Official Account; ``oa_secret`` signs its webhook, ``app_secret`` renews its tokens."""

    app_id: str
    app_secret: str = field(repr=False)
    oa_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    base_url: str = _ZALO_OA_API
    oauth_url: str = _ZALO_OA_OAUTH


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What the operator decides.

    Attributes:
        home: The one folder with all state; it need not exist yet.
        model: "builtin", or name or folder of a sentence-transformers model.
        log: Lowest level that is logged, one of ``LOG_LEVELS``.
        host: Address that the web page listens on.
        port: Its port; 0 takes a free one.
        public_url: Where citizens and messengers reach this server, without "/" at its end; "" when nowhere.
        metrics_token: Lets other machines read /metrics and all of /healthz; "" lets none.
        telegram: None: that door stays shut. So with the other two.
    """

    home: Path
    model: str = _DEFAULT_MODEL
    log: str = _DEFAULT_LOG
    host: str = _DEFAULT_HOST
    port: int = _DEFAULT_PORT
    public_url: str = ""
    metrics_token: str = field(default="", repr=False)
    telegram: TelegramSettings | None = None
    zalo_bot: ZaloBotSettings | None = None
    zalo_oa: ZaloOaSettings | None = None

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

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be seen in a log."""
        held = [self.metrics_token]
        if self.telegram:
            held += [self.telegram.token, self.telegram.secret]
        if self.zalo_bot:
            held += [self.zalo_bot.token, self.zalo_bot.secret]
        if self.zalo_oa:
            held += [self.zalo_oa.app_secret, self.zalo_oa.oa_secret, self.zalo_oa.refresh_token]
        return tuple(secret for secret in held if secret)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """
        Return the settings in *environ*; what is missing or empty gets its default.

        Raises:
            SettingsError: one or more cannot be used; all of them are named.
        """
        given = _Given(environ)
        home = Path(given.text("DANHOI_HOME", _DEFAULT_HOME)).expanduser()
        if home.exists() and not home.is_dir():
            given.problems.append(f"DANHOI_HOME={home} không phải là thư mục")
        public_url = given.url("DANHOI_PUBLIC_URL", "")
        settings = cls(
            home=home,
            model=given.text("DANHOI_MODEL", _DEFAULT_MODEL),
            log=given.one_of("DANHOI_LOG", LOG_LEVELS, _DEFAULT_LOG),
            host=given.text("DANHOI_HOST", _DEFAULT_HOST),
            port=given.number("DANHOI_PORT", _DEFAULT_PORT, 65535),
            public_url=public_url,
            metrics_token=given.text("DANHOI_METRICS_TOKEN"),
            telegram=_telegram(given, public_url),
            zalo_bot=_zalo_bot(given, public_url),
            zalo_oa=_zalo_oa(given, public_url),
        )
        if given.problems:
            raise SettingsError(given.problems)
        return settings


def _telegram(given: _Given, public_url: str) -> TelegramSettings | None:
    if not given.any("DANHOI_TELEGRAM_"):
        return None
    door = TelegramSettings(
        token=given.required("DANHOI_TELEGRAM_TOKEN"),
        base_url=given.url("DANHOI_TELEGRAM_BASE_URL", _TELEGRAM_API),
        mode=given.one_of("DANHOI_TELEGRAM_MODE", (POLL, WEBHOOK), POLL),
        secret=given.text("DANHOI_TELEGRAM_SECRET"),
    )
    if door.mode == WEBHOOK:
        given.webhook("DANHOI_TELEGRAM_SECRET", public_url)
    return door


def _zalo_bot(given: _Given, public_url: str) -> ZaloBotSettings | None:
    if not given.any("DANHOI_ZALO_BOT_"):
        return None
    door = ZaloBotSettings(
        token=given.required("DANHOI_ZALO_BOT_TOKEN"),
        secret=given.text("DANHOI_ZALO_BOT_SECRET"),
        base_url=given.url("DANHOI_ZALO_BOT_BASE_URL", _ZALO_BOT_API),
        mode=given.one_of("DANHOI_ZALO_BOT_MODE", (POLL, WEBHOOK), WEBHOOK),
        monthly_quota=given.number("DANHOI_ZALO_BOT_MONTHLY_QUOTA", _ZALO_BOT_MONTHLY_QUOTA, 10**9),
    )
    if door.mode == WEBHOOK:
        given.webhook("DANHOI_ZALO_BOT_SECRET", public_url)
    return door


def _zalo_oa(given: _Given, public_url: str) -> ZaloOaSettings | None:
    if not given.any("DANHOI_ZALO_OA_"):
        return None
    if not public_url:
        given.problems.append("thiếu DANHOI_PUBLIC_URL (Zalo OA gửi tin đến địa chỉ này)")
    return ZaloOaSettings(
        app_id=given.required("DANHOI_ZALO_OA_APP_ID"),
        app_secret=given.required("DANHOI_ZALO_OA_APP_SECRET"),
        oa_secret=given.required("DANHOI_ZALO_OA_SECRET"),
        refresh_token=given.required("DANHOI_ZALO_OA_REFRESH_TOKEN"),
        base_url=given.url("DANHOI_ZALO_OA_BASE_URL", _ZALO_OA_API),
        oauth_url=given.url("DANHOI_ZALO_OA_OAUTH_URL", _ZALO_OA_OAUTH),
    )


class _Given:
    """The variables that are set, read one by one; what cannot be used is gathered in ``problems``."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = {name: value.strip() for name, value in environ.items() if value.strip()}
        self.problems: list[str] = []

    def any(self, prefix: str) -> bool:
        return any(name.startswith(prefix) for name in self._values)

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, default)

    def required(self, name: str) -> str:
        if name not in self._values:
            self.problems.append(f"thiếu {name}")
        return self.text(name)

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default).lower()
        if value not in allowed:
            self.problems.append(f"{name}={value} phải là một trong: {', '.join(allowed)}")
        return value

    def number(self, name: str, default: int, largest: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal() and int(value) <= largest):
            self.problems.append(f"{name}={value} phải là số nguyên từ 0 đến {largest}")
            return default
        return int(value)

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc):
            self.problems.append(f"{name}={value} phải có dạng https://ten-mien")
        return value

    def webhook(self, secret_name: str, public_url: str) -> None:
        """Note what a door lacks that the platform calls by webhook; the secret's value is not shown."""
        secret = self.required(secret_name)
        if secret and not _SHORTEST_SECRET <= len(secret) <= _LONGEST_SECRET:
            self.problems.append(f"{secret_name} phải dài {_SHORTEST_SECRET} đến {_LONGEST_SECRET} ký tự")
        if not public_url:
            self.problems.append(f"thiếu DANHOI_PUBLIC_URL (địa chỉ để nhận webhook có {secret_name})")


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
