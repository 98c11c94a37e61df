"""What was printed is stored: ``danhoi ask --jsonl`` dies by SIGKILL, and its database is looked at."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bot.settings import Settings
from knowledge.database import open_database

QUESTIONS = ("làm khai sinh cho con cần giấy tờ gì", "giá vàng hôm nay", "làm căn cước", "cho tôi gặp cán bộ")


def answers_read_before_the_kill(wanted: int) -> list[str]:
    """Ask more than is read, and kill as soon as *wanted* answers were read; input never ends before."""
    lines = [json.dumps({"id": n, "question": QUESTIONS[n % len(QUESTIONS)]}) for n in range(200)]
    command = [sys.executable, "-m", "bot", "ask", "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        process.stdin.flush()
        read = [json.loads(process.stdout.readline())["answer"] for _ in range(wanted)]
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
    return read


def stored_answers(home: Path) -> list[str]:
    """Return what is stored, in order; a question without its answer would be None."""
    with closing(open_database(Settings(home).database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute(
            "SELECT answers.text FROM questions LEFT JOIN answers ON question_id = id ORDER BY id"
        )
        return [text for (text,) in rows.fetchall()]


def test_every_answer_that_was_printed_before_a_kill_is_stored(home):
    """The second run finds the files as the first one's death left them."""
    before = 0
    for wanted in (1, 7):
        printed = answers_read_before_the_kill(wanted)
        stored = stored_answers(home)

        assert stored[before : before + wanted] == printed
        assert None not in stored
        before = len(stored)
