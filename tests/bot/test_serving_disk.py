"""Goal R7: a disk that is full, or fails, costs nobody a question, and needs no restart when it is mended."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.messaging.outbox import Outbox
from bot.serving import answering, reloading, sending, supervising
from bot.settings import Settings
from handlers.messages_doors import SENT_AGAIN, STORE_FULL, TYPING
from knowledge.errors import DatabaseRefused
from tests.fake_messengers.faults import Fault
from tests.fake_messengers.server import running
from tests.fake_messengers.telegram import TOKEN, FakeTelegram
from tests.faulty_disk import unreadable
from tests.quick_server import Town, hurry, town, trades_in, until
from tests.record_samples import a_procedure
from tests.serving import free_port

ROOT = Path(__file__).parents[2]
WITHIN_SECONDS = 30  # of a disk that is mended everything goes on
BIRTH = "Đăng ký khai sinh"


class FullDisk:
    """A small file system of its own, filled to the last byte."""

    says = "ổ đĩa đã đầy"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @contextmanager
    def broken(self) -> Iterator[None]:
        with self._ballast.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):  # to the last byte
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue
        try:
            yield
        finally:
            self._ballast.unlink()


class FailingDisk:
    """No file can be written; SQLite takes it for an error of the disk."""

    says = "ổ đĩa báo lỗi"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def broken(self) -> Iterator[None]:
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
        try:
            yield
        finally:  # pytest writes files too
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[FullDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    if not mount or subprocess.run([mount, *options], check=False, capture_output=True).returncode:
        pytest.skip("a file system of its own can be mounted by root only")
    yield FullDisk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def failing_disk(tmp_path: Path) -> FailingDisk:
    return FailingDisk(tmp_path)


@pytest.fixture(params=["full_disk", "failing_disk"])
def disk(request: pytest.FixtureRequest) -> FullDisk | FailingDisk:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a state folder with an index of one record. Do not write to it; take ``home``."""
    app = App(Settings(tmp_path_factory.mktemp("office") / "var"))
    with app.open_store() as store:
        store.save([a_procedure("9.000001", title=BIRTH)])
    app.build_index(lambda progress: None, wordings=False)
    return app.settings.home


@pytest.fixture
def home(office: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office, tmp_path / "var", symlinks=True))


def ask_on_the_page(here: Town, text: str, nonce: str) -> httpx.Response:
    url = here.served.url
    form = {"hoi": text, "ma": nonce}
    return httpx.post(
        f"{url}/hoi", data=form, headers={"Sec-Fetch-Site": "same-origin", "Origin": url}, timeout=30
    )


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_back(disk, monkeypatch):
    hurry(monkeypatch)
    with town(disk.folder / "var") as here:
        here.telegram.text(1, "ghi danh thêu")
        here.tell_by_zalo("z1", "ghi danh thêu", "z-1")
        until(lambda: here.on_telegram(1) == here.on_zalo("z1") == ["thêu"])
        until(lambda: here.telegram.outstanding() == 0)
        kept = here.health()["outbox"]

        with disk.broken():
            for trade in ("gốm", "sơn", "mộc"):
                here.telegram.text(1, f"ghi danh {trade}")
            assert here.tell_by_zalo("z1", "ghi danh gốm", "z-2") == 503
            until(lambda: "ổ đĩa" in here.door("telegram")["trouble"])
            assert here.telegram.outstanding() == 3
            page = ask_on_the_page(here, "ghi danh nón", "0123456789abcdef")
            assert page.status_code == 200
            assert STORE_FULL.split(",")[0] in page.text
            assert "Ghi danh nón" in page.text
            told = httpx.get(f"{here.served.url}/healthz", timeout=30)
            assert told.status_code == 503
            assert told.json()["status"] == "unwell"
            assert disk.says in told.json()["store"]
            assert httpx.get(f"{here.served.url}/metrics", timeout=30).status_code == 200
            assert here.on_telegram(1) == here.on_zalo("z1") == ["thêu"]
        until(lambda: here.on_telegram(1) == ["thêu", "gốm", "sơn", "mộc"])
        assert here.tell_by_zalo("z1", "ghi danh gốm", "z-2") == 200  # Zalo tries again
        until(lambda: here.on_zalo("z1") == ["thêu", "gốm"])
        until(lambda: here.health()["status"] == "ok")
        assert here.telegram.outstanding() == 0
        assert TYPING not in here.telegram.answers(1)
        until(lambda: set(here.health()["outbox"]) == set(kept) == {"sent"})


@pytest.mark.parametrize(
    "moment",
    ["is_being_sent", "is_placed", "is_sent", "try_later", "put"],
    ids="before placed sent later answer".split(),
)
def test_a_store_that_refuses_at_any_step_of_sending_loses_and_doubles_nothing(tmp_path, monkeypatch, moment):
    hurry(monkeypatch)
    refusals = dict.fromkeys(("telegram", "zalo_bot"), 3)
    usual = getattr(Outbox, moment)

    def refusing(self: Outbox, *args, **kwargs):
        door = _door_of(self, moment, args)
        if refusals[door]:
            refusals[door] -= 1
            raise DatabaseRefused("đĩa đầy")
        return usual(self, *args, **kwargs)

    monkeypatch.setattr(Outbox, moment, refusing)
    with town(tmp_path / "var") as here:
        if moment == "try_later":
            here.telegram.faults.queue("sendMessage", Fault("status", status=500))
            here.zalo.faults.queue("sendMessage", Fault("drop", accepted=True))
        for number, trade in enumerate(("gốm", "sơn")):
            here.telegram.text(1, f"ghi danh {trade}")
            key, text = f"z-{number}", f"ghi danh {trade}"
            # A refusal is of all who share the commit, so this too may be turned away, and comes again.
            until(lambda key=key, text=text: here.tell_by_zalo("z1", text, key) == 200)

        until(lambda: here.on_telegram(1) == ["gốm", "sơn"])
        until(lambda: here.on_zalo("z1")[-1:] == ["sơn"])
        until(lambda: here.health()["outbox"].keys() == {"sent"})
        shown = here.zalo.answers("z1")
        assert TYPING not in here.telegram.answers(1)
        doubled = 1 if moment == "try_later" else 0  # the drop's, with its mark
        assert len(trades_in(shown)) == 2 + doubled
        assert sum(text.startswith(SENT_AGAIN) for text in shown) == doubled


def _door_of(outbox: Outbox, moment: str, args: tuple) -> str:
    if moment == "put":
        return args[2]
    (door,) = outbox._database.execute("SELECT door FROM outbox WHERE id = ?", [args[0]]).fetchone()
    return door


def test_the_longest_wait_of_every_part_is_shorter_than_half_a_minute(monkeypatch):
    waits: list[float] = []

    async def refused() -> None:
        raise DatabaseRefused("đĩa đầy")

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 50:
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        asyncio.run(supervising.supervise("telegram", refused, sleep=sleep))

    stored_again = max(answering._STORE_RETRY_SECONDS, sending._STORE_RETRY_SECONDS)
    assert max(waits) + stored_again < WITHIN_SECONDS
    assert reloading.TRY_AGAIN_SECONDS + reloading.LOOK_EVERY_SECONDS < WITHIN_SECONDS


# --- the log -------------------------------------------------------------------------------------


def full() -> int:
    return os.open("/dev/full", os.O_WRONLY)


def closed() -> int:
    """Return a pipe that nobody reads any more."""
    ours, theirs = os.pipe()
    os.close(ours)
    return theirs


@pytest.mark.parametrize(
    ("out", "err"),
    [
        pytest.param(full, closed, id="full closed"),
        pytest.param(closed, full, id="closed full", marks=pytest.mark.soak),
    ],
)
def test_a_server_that_can_write_no_line_opens_answers_and_acknowledges(home, out, err):
    telegram = FakeTelegram(overall=10**9, per_chat=10**9)
    port, streams = free_port(), (out(), err())
    with running(telegram) as url:
        told = {"DANHOI_HOME": str(home), "DANHOI_PORT": str(port)}
        told |= {"DANHOI_TELEGRAM_TOKEN": TOKEN, "DANHOI_TELEGRAM_BASE_URL": url, "DANHOI_LOG": "debug"}
        command = [sys.executable, "-m", "bot", "serve"]
        environment = os.environ | told
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=streams[0], stderr=streams[1]
        ) as process:
            try:
                telegram.text(1, BIRTH)
                until(lambda: is_answered(telegram, 1))
                telegram.faults.queue("editMessageText", Fault("status", status=500))  # is logged
                telegram.text(2, BIRTH)
                until(lambda: is_answered(telegram, 2))
                until(lambda: telegram.outstanding() == 0)
                health = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30).json()
            finally:
                process.terminate()
    for stream in streams:
        os.close(stream)
    assert (health["store"], health["doors"]["telegram"]["open"]) == ("ok", True)


def is_answered(telegram: FakeTelegram, chat: int) -> bool:
    return any("Nguồn:" in text for text in telegram.answers(chat))


# --- the index -----------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(home: Path, full_disk: FullDisk) -> FullDisk:
    """Put the index of this test's office on a file system of its own."""
    shutil.copytree(home / "index", full_disk.folder / "index", symlinks=True)
    shutil.rmtree(home / "index")
    (home / "index").symlink_to(full_disk.folder / "index")
    return full_disk


def test_a_build_without_room_leaves_the_server_its_index_and_says_what_to_do(
    home, elsewhere, danhoi, monkeypatch
):
    hurry(monkeypatch)
    with town(home, app=App) as here:
        before = here.health()["index"]["generation"]
        with elsewhere.broken():
            refused = danhoi("index", "build", "--no-wordings")
            here.telegram.text(1, BIRTH)
            until(lambda: is_answered(here.telegram, 1))
            told = here.health()
        assert refused.exit_code == 1
        assert refused.stderr.startswith("Lỗi: Chưa xây xong chỉ mục mới: No space left on device")
        assert "rồi chạy lại: danhoi index build" in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert (told["status"], told["index"]["generation"]) == ("ok", before)

        built = danhoi("index", "build", "--no-wordings")
        assert built.exit_code == 0, built.output
        until(lambda: here.health()["index"]["generation"] != before)
        here.telegram.text(2, BIRTH)
        until(lambda: is_answered(here.telegram, 2))
        assert here.health()["status"] == "ok"


@contextmanager
def removed(folder: Path) -> Iterator[None]:
    aside = folder.with_name("aside")
    shutil.copytree(folder, aside, symlinks=True)
    shutil.rmtree(folder)
    yield
    aside.rename(folder)


@pytest.mark.parametrize("away", [removed, unreadable])
def test_while_the_index_is_gone_or_unreadable_answers_come_from_memory(home, monkeypatch, away):
    hurry(monkeypatch)
    monkeypatch.setattr(reloading, "TRY_AGAIN_SECONDS", 0.1)
    with town(home, app=App) as here:
        served = here.health()["index"]["generation"]
        with away(home / "index"):
            until(lambda: here.health()["index"]["trouble"])
            told = httpx.get(f"{here.served.url}/healthz", timeout=30)
            here.telegram.text(1, BIRTH)
            until(lambda: is_answered(here.telegram, 1))
        assert told.status_code == 200  # questions are answered
        assert told.json()["status"] == "trouble"
        assert "danhoi" in told.json()["index"]["trouble"]  # the command to run
        assert told.json()["index"]["generation"] == served
        until(lambda: here.health()["status"] == "ok")
        here.telegram.text(2, BIRTH)
        until(lambda: is_answered(here.telegram, 2))
