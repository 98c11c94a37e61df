"""Goal R5: an index is exchanged while questions are answered; no answer fails, or is made of two of them."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.app import App
from bot.settings import Settings
from handlers.answers import AnswerStatus
from index.files import CURRENT, current_folder, point_to
from index.generation import VECTORS
from knowledge.database import open_database
from knowledge.records import Charge, ChargeKind, DossierCase, RequiredDocument
from tests.quick_server import Town, hurry, town, until
from tests.record_samples import a_procedure

TITLES = (
    "Đăng ký khai sinh",
    "Cấp giấy phép xây dựng nhà ở riêng lẻ",
    "Chứng thực chữ ký",
    "Trợ cấp hằng tháng cho người cao tuổi",
    "Công nhận hộ nghèo",
    "Đăng ký tạm trú",
)
CHATS = 4
SWAPS_IN_MAKE_TEST, SWAPS_IN_SOAK = 4, 100
_FACTS = re.compile(r"(\d)\.000 đồng một lần|Đơn theo mẫu số (\d)")


def procedures(edition: int):
    """Return procedures all of whose facts name *edition*."""
    for n, title in enumerate(TITLES, start=1):
        plain = a_procedure(f"9.{n:06}", title=title)
        method = replace(
            plain.submission_methods[0],
            charges=(Charge(ChargeKind.CHARGE, edition * 1000.0, "VND", f"{edition}.000 đồng một lần"),),
        )
        papers = DossierCase("", (RequiredDocument(f"Đơn theo mẫu số {edition}", 1, 0, ()),))
        yield replace(plain, submission_methods=(method,), dossier_cases=(papers,))


@pytest.fixture(scope="module")
def two_editions(tmp_path_factory) -> Path:
    """Give a state folder whose index was built twice, of two editions of every fact."""
    app = App(Settings(tmp_path_factory.mktemp("editions") / "var"))
    for edition in (1, 2):
        with app.open_store() as store:
            store.save(procedures(edition))
        app.build_index(lambda progress: None, wordings=False)
    return app.settings.home


@pytest.fixture
def here(two_editions: Path, tmp_path: Path, monkeypatch) -> Iterator[Town]:
    hurry(monkeypatch)
    home = Path(shutil.copytree(two_editions, tmp_path / "var", symlinks=True))
    with town(home, app=App) as running:
        yield running


def folders(here: Town) -> list[Path]:
    return sorted(here.settings.index_dir.glob("gen-*"))


def is_served(here: Town, folder: Path) -> bool:
    return here.served.service.index.published.generation == folder.name


def ask_around(here: Town, round_: int) -> None:
    """Ask one question in every chat; a code is looked up, a title searched for."""
    for chat in range(1, CHATS + 1):
        number = (round_ + chat) % len(TITLES)
        text = f"9.{number + 1:06}" if round_ % 2 else TITLES[number]
        here.telegram.text(chat, text)


def answers(here: Town) -> list[tuple[str, str, str]]:
    with closing(open_database(here.settings.database)) as database:
        rows = database.execute(
            "SELECT status, generation, answers.text FROM questions"
            " JOIN answers ON question_id = id ORDER BY id"
        )
        return list(rows)


def swap(here: Town, times: int) -> int:
    """Exchange the index *times* times while questions come; return how many were asked."""
    asked = 0
    for n in range(times):
        folder = folders(here)[n % 2]
        point_to(here.settings.index_dir / CURRENT, folder.name)
        while True:
            ask_around(here, asked)
            asked += CHATS
            enough = asked - 2 * CHATS  # some are always on their way
            until(lambda enough=enough: len(answers(here)) >= enough)
            if is_served(here, folder):
                break
    until(lambda: len(answers(here)) == asked)
    return asked


def check(here: Town, asked: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for status, generation, text in answers(here):
        edition = {folder.name: str(n) for n, folder in enumerate(folders(here), start=1)}[generation]
        facts = {fee or paper for fee, paper in _FACTS.findall(text)}
        assert status == AnswerStatus.ANSWERED, text
        assert facts == {edition}, text
        seen[edition] += 1
    assert sum(seen.values()) == asked
    shown = [text for chat in range(1, CHATS + 1) for text in here.telegram.answers(chat)]
    for text in shown:
        assert len({fee or paper for fee, paper in _FACTS.findall(text)}) <= 1, text
    return seen


def test_an_index_exchanged_under_questions_costs_none_and_mixes_no_answer(here):
    seen = check(here, swap(here, SWAPS_IN_MAKE_TEST))

    assert min(seen["1"], seen["2"]) >= SWAPS_IN_MAKE_TEST
    assert here.health()["status"] == "ok"


@pytest.mark.soak
def test_a_hundred_exchanges_under_questions_cost_none_and_mix_no_answer(here):
    seen = check(here, swap(here, SWAPS_IN_SOAK))

    assert min(seen["1"], seen["2"]) >= SWAPS_IN_SOAK


def test_a_damaged_index_is_not_taken_and_is_told_of_until_a_good_one_comes(here):
    good = current_folder(here.settings.index_dir)
    bad = Path(shutil.copytree(good, good.with_name("gen-000009")))
    vectors = bytearray((bad / VECTORS).read_bytes())
    vectors[len(vectors) // 2] ^= 1
    (bad / VECTORS).unlink()
    (bad / VECTORS).write_bytes(vectors)
    point_to(here.settings.index_dir / CURRENT, bad.name)
    until(lambda: here.health()["index"]["trouble"])

    assert here.health()["status"] == "trouble"
    assert httpx.get(f"{here.served.url}/healthz").status_code == 200  # questions are answered
    assert is_served(here, good)
    ask_around(here, 1)
    until(lambda: len(answers(here)) == CHATS)

    point_to(here.settings.index_dir / CURRENT, folders(here)[0].name)
    until(lambda: is_served(here, folders(here)[0]))
    assert here.health()["status"] == "ok"
    assert {generation for _, generation, _ in answers(here)} == {good.name}


def test_whatever_goes_wrong_in_opening_an_index_leaves_the_one_in_use(here, monkeypatch):
    good = current_folder(here.settings.index_dir)

    def failing() -> None:
        raise MemoryError

    usual = here.served.service.index._load
    monkeypatch.setattr(here.served.service.index, "_load", failing)
    point_to(here.settings.index_dir / CURRENT, folders(here)[0].name)
    until(lambda: "MemoryError" in here.health()["index"]["trouble"])
    assert is_served(here, good)

    monkeypatch.setattr(here.served.service.index, "_load", usual)
    point_to(here.settings.index_dir / CURRENT, good.name)
    until(lambda: here.health()["status"] == "ok")
