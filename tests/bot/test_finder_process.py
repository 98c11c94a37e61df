"""The process that finds answers may be killed, held up or robbed of its index: no question is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.serving import finder_process
from bot.serving.finder_process import FinderProcess
from bot.serving.finding import FinderClosed, FinderDied, FinderHere
from bot.serving.reloading import ServedIndex
from bot.settings import Settings, TelegramSettings
from handlers.answering import Prepared
from handlers.answers import AnswerStatus, Question
from handlers.conversations import Conversations
from index.files import CURRENT
from knowledge.database import open_database
from knowledge.errors import DanhoiError, DatabaseRefused
from tests.killed_server import PATIENCE_S, TRADES, trade_procedures, wait_until
from tests.quick_server import Town, hurry, town, until

ROOT = Path(__file__).parents[2]
ASKED = Question("ghi danh gốm", "test/1")
TELEGRAM = TelegramSettings("1:token", "", "poll", "secret")


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """Give a state folder with an index of the trades."""
    app = App(Settings(tmp_path_factory.mktemp("trades") / "var"))
    with app.open_store() as store:
        store.save(trade_procedures())
    app.build_index(lambda progress: None, wordings=False)
    return app.settings.home


@pytest.fixture
def settings(office: Path, tmp_path: Path) -> Settings:
    return Settings(Path(shutil.copytree(office, tmp_path / "var", symlinks=True)))


@pytest.fixture
def conversations(settings: Settings) -> Iterator[Conversations]:
    with closing(open_database(settings.database)) as database:
        yield Conversations(database)


@pytest.fixture
def finder(settings: Settings) -> Iterator[FinderProcess]:
    opened = FinderProcess(replace(settings, metrics_token="metrics", telegram=TELEGRAM))
    yield opened
    opened.close()


def pid_of(finder: FinderProcess) -> int:
    return finder._child.pid


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_it_finds_what_would_be_found_here(settings, conversations, finder):
    here = FinderHere(App(settings).open_searcher(), finder_process.App(settings).today)

    assert finder.published == here.published
    for text in ("ghi danh gốm", "9.000002", "xin chào", "ghi danh", "gặp cán bộ", "/xoa"):
        there = finder.prepare(Question(text, "test/1"), conversations)
        same = here.prepare(Question(text, "test/1"), conversations)
        assert there.answer.status == same.answer.status
        assert there.answer.codes == same.answer.codes
        assert (there.redacted, there.after, there.is_recorded) == (
            same.redacted,
            same.after,
            same.is_recorded,
        )
    assert finder.answer_unstored(ASKED).sections == here.answer_unstored(ASKED).sections


def test_it_goes_on_from_what_was_stored_meanwhile(conversations, finder):
    finder.prepare(ASKED, conversations).store(conversations)

    followed = finder.prepare(Question("nộp ở đâu", "test/1"), conversations)

    assert followed.answer.code == finder.prepare(ASKED, conversations).answer.code != ""


def test_a_question_that_meets_its_end_fails_and_the_next_gets_another_process(conversations, finder):
    first = pid_of(finder)
    os.kill(first, signal.SIGKILL)

    with pytest.raises(FinderDied):
        finder.prepare(ASKED, conversations)

    assert finder.prepare(ASKED, conversations).answer.status is AnswerStatus.ANSWERED
    assert pid_of(finder) != first


def test_one_that_never_answers_is_ended(conversations, finder, monkeypatch):
    monkeypatch.setattr(finder_process, "_LONGEST_SECONDS", 0.2)
    monkeypatch.setattr(finder_process, "_ENDED_WITHIN_SECONDS", 0.2)
    held = pid_of(finder)
    os.kill(held, signal.SIGSTOP)

    with pytest.raises(FinderDied, match="no answer"):
        finder.prepare(ASKED, conversations)

    assert not is_alive(held)


def test_an_answer_that_comes_too_late_is_nobody_elses(finder, monkeypatch):
    child = finder._child
    monkeypatch.setattr(finder_process, "_LONGEST_SECONDS", 0.2)
    os.kill(child.pid, signal.SIGSTOP)
    with pytest.raises(FinderDied, match="no answer"):
        child.ask(finder_process._Asked(Question("xin chào", "test/2"), is_stored=True))
    monkeypatch.setattr(finder_process, "_LONGEST_SECONDS", PATIENCE_S)
    os.kill(child.pid, signal.SIGCONT)

    told = []
    for _ in range(finder_process._LINES):  # each line once
        with suppress(FinderDied):
            told.append(child.ask(finder_process._Asked(ASKED, is_stored=True)).conversation)
    assert told == [ASKED.conversation] * (finder_process._LINES - 1)


def test_one_that_is_closed_while_it_is_begun_again_is_ended(conversations, finder, monkeypatch):
    os.kill(pid_of(finder), signal.SIGKILL)
    with pytest.raises(FinderDied):
        finder.prepare(ASKED, conversations)
    opened = []

    class SlowlyOpened(finder_process._Child):
        def __init__(self, settings: Settings) -> None:
            super().__init__(settings)
            opened.append(self.pid)
            finder.close()

    monkeypatch.setattr(finder_process, "_Child", SlowlyOpened)

    with pytest.raises(FinderClosed):
        finder.prepare(ASKED, conversations)
    assert not is_alive(opened[0])


def test_what_died_while_nobody_asked_is_begun_again(conversations, finder):
    first = pid_of(finder)
    finder.revive()
    assert pid_of(finder) == first

    os.kill(first, signal.SIGKILL)
    finder._child._process.join()
    finder.revive()

    assert finder.prepare(ASKED, conversations).answer.status is AnswerStatus.ANSWERED


def test_a_panic_in_a_library_fails_the_question_and_not_the_line(settings):
    class Panic(BaseException):
        """What Rust's panics arrive as."""

    class Panicking(FinderHere):
        def __init__(self) -> None:
            pass

        def prepare(self, question: Question, conversations: Conversations) -> Prepared:
            raise Panic(question.text)

    asked = finder_process._Asked(ASKED, is_stored=True)
    outcome = finder_process._outcome(Panicking(), finder_process._Store(settings), asked)

    assert outcome == finder_process._Failed("Panic")


def test_signals_to_the_whole_group_do_not_end_it(conversations, finder):
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid_of(finder), number)

    assert finder.prepare(ASKED, conversations).answer.status is AnswerStatus.ANSWERED


def test_it_is_told_no_token(finder):
    assert finder._settings.secrets == ()


def test_an_index_that_cannot_be_opened_is_told_of_in_a_sentence(tmp_path):
    with pytest.raises(DanhoiError, match="danhoi setup"):
        FinderProcess(Settings(tmp_path / "none"))


def test_a_store_out_of_order_is_told_of_and_the_index_answers_all_the_same(settings, finder, tmp_path):
    settings.database.write_bytes(b"no database" * 1000)

    with closing(open_database(tmp_path / "elsewhere.db")) as elsewhere, pytest.raises(DatabaseRefused):
        finder.prepare(ASKED, Conversations(elsewhere))
    assert finder.answer_unstored(ASKED).status is AnswerStatus.ANSWERED


def test_a_closed_one_takes_no_question(conversations, finder):
    ended = pid_of(finder)
    finder.close()

    with pytest.raises(FinderClosed):
        finder.prepare(ASKED, conversations)
    assert not is_alive(ended)


def test_an_index_that_is_lost_with_its_process_is_said_to_be_missing_until_it_is_back(
    settings, conversations, tmp_path
):
    opened: list[FinderProcess] = []

    def load() -> FinderProcess:
        opened.append(FinderProcess(settings))
        return opened[-1]

    served = ServedIndex(settings.index_dir, load)
    assert served.refresh()
    link = settings.index_dir / CURRENT
    link.rename(tmp_path / "aside")
    os.kill(pid_of(opened[0]), signal.SIGKILL)
    with pytest.raises(FinderDied):
        served.prepare(ASKED, conversations)

    assert served.prepare(ASKED, conversations).answer.status is AnswerStatus.ERROR_NO_INDEX
    assert served.published is None
    assert served.trouble

    (tmp_path / "aside").rename(link)
    assert served.refresh()
    assert served.prepare(ASKED, conversations).answer.status is AnswerStatus.ANSWERED
    served.close()


def test_an_index_whose_process_ends_again_and_again_is_said_to_be_missing(
    settings, conversations, monkeypatch
):
    served = ServedIndex(settings.index_dir, lambda: FinderProcess(settings))
    assert served.refresh()
    first = served._finder
    os.kill(pid_of(first), signal.SIGKILL)
    first._child._process.join()

    def ending(settings: Settings) -> None:
        raise FinderDied("ended")

    with monkeypatch.context() as here:
        here.setattr(finder_process, "_Child", ending)
        served._revive()
        assert served.published is not None  # once may be chance
        served._revive()
        assert served.published is None
        assert "FinderDied" in served.trouble
        assert served.prepare(ASKED, conversations).answer.status is AnswerStatus.ERROR_NO_INDEX

    with pytest.raises(FinderClosed):  # nobody owns it any more
        first.prepare(ASKED, conversations)
    assert served.refresh()
    assert served.trouble == ""
    assert served.prepare(ASKED, conversations).answer.status is AnswerStatus.ANSWERED
    served.close()


@contextmanager
def program(settings: Settings, goes_on: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a program that opens a finder, and goes on so; gives it, and the finder's number."""
    file = settings.home / "program.py"
    text = f"""
        import pathlib, time
        from bot.serving.finder_process import FinderProcess
        from bot.settings import Settings
        if __name__ == "__main__":
            finder = FinderProcess(Settings(pathlib.Path({str(settings.home)!r})))
            print(finder._child.pid, flush=True)
            {goes_on}
    """
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield process, int(process.stdout.readline())


def test_it_ends_with_the_server_that_is_killed(settings):
    with program(settings, "time.sleep(600)") as (process, finder):
        assert is_alive(finder)
        process.kill()
    assert wait_until(lambda: not is_alive(finder))


def test_a_program_that_forgets_to_close_it_ends_all_the_same(settings):
    with program(settings, "raise SystemExit(7)") as (process, finder):
        assert process.wait(PATIENCE_S) == 7
    assert not is_alive(finder)


@pytest.fixture
def here(settings: Settings, monkeypatch) -> Iterator[Town]:
    hurry(monkeypatch)
    with town(settings.home, app=App) as running:
        yield running


def test_a_server_loses_no_question_and_doubles_none_though_its_finders_are_killed(here):
    index = here.served.service.index
    chats = {chat: list(TRADES) for chat in range(1, 5)}
    for kill in range(3):
        for chat, trades in chats.items():
            for trade in trades[kill::3]:
                here.telegram.text(chat, f"ghi danh {trade}")
        os.kill(pid_of(index._finder), signal.SIGKILL)
        until(lambda kill=kill: all(len(here.on_telegram(chat)) >= 2 + 4 * kill for chat in chats))

    asked = [trade for kill in range(3) for trade in TRADES[kill::3]]
    until(lambda: all(here.on_telegram(chat) == asked for chat in chats))
    until(lambda: here.health()["status"] == "ok")
