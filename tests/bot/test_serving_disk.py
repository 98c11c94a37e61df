"""Goal R7: a disk that is full, or fails, costs nobody a question, and needs no restart when it is mended."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.messaging.outbox import Outbox
from handlers.messages_doors import SENT_AGAIN, STORE_FULL, TYPING
from knowledge.errors import DatabaseRefused
from tests.quick_server import Town, hurry, town, trades_in, until


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
            from tests.fake_messengers.faults import Fault

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
