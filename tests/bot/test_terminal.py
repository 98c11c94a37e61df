"""The command as a process: start, streams, signals; and its one-line errors."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "bot"]


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """A shell that starts the tests in the background lets all they start ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_answering_in_a_process_of_its_own_never_loads_torch(home):
    """The built-in model needs none of it: seconds of start, and hundreds of megabytes."""
    code = (
        "import sys; from click.testing import CliRunner; from bot.cli import cli; "
        "result = CliRunner().invoke(cli, ['ask', 'làm khai sinh cho con cần giấy tờ gì']); "
        "assert 'mã 1.001193' in result.output, result.output; "
        "print([name for name in ('torch', 'transformers', 'scipy') if name in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )

    assert loaded.stdout == "[]\n"


def test_help_loads_neither_the_index_nor_the_store():
    code = (
        "import sys; from click.testing import CliRunner; from bot.cli import cli; "
        "CliRunner().invoke(cli, ['--help']); "
        "print([name for name in ('faiss', 'tantivy', 'numpy', 'pysqlite3') if name in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )

    assert loaded.stdout == "[]\n"


def test_the_command_answers_in_utf8_whatever_the_locale(home):
    environ = os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

    result = subprocess.run(
        [*COMMAND, "ask", "làm khai sinh cho con cần giấy tờ gì"],
        capture_output=True,
        env=environ,
        timeout=120,
    )

    assert result.returncode == 0
    assert result.stdout.decode("utf-8").startswith("Dân hỏi: làm khai sinh cho con cần giấy tờ gì\n")


def test_an_argument_that_is_no_utf8_is_answered_all_the_same(home):
    result = subprocess.run([*COMMAND, "ask", b"khai sinh \xff"], capture_output=True, timeout=120)

    assert (result.returncode, result.stderr) == (0, b"")


def test_a_reader_that_goes_away_causes_no_traceback(home):
    with subprocess.Popen(
        [*COMMAND, "ask", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        process.stdin.write(b'{"id": 1, "question": "xin ch\xc3\xa0o"}\n' * 3)
        process.stdin.close()
        assert process.stderr.read() == b""
        process.wait(60)


def test_ctrl_c_ends_a_conversation_without_a_traceback(home):
    with subprocess.Popen(
        [*COMMAND, "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()  # it has greeted, so it is waiting for input
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hoi"], "Lỗi: không có lệnh hoi. Xem cách dùng: danhoi --help\n"),
        (["ask", "--ful"], "Lỗi: không có tùy chọn --ful. Xem cách dùng: danhoi ask --help\n"),
        (["show"], "Lỗi: thiếu MÃ. Xem cách dùng: danhoi show --help\n"),
        (["knowledge", "import"], "Lỗi: thiếu TỆP…. Xem cách dùng: danhoi knowledge import --help\n"),
        (
            ["search", "x", "--top", "500"],
            "Lỗi: giá trị của --top không dùng được; cần một số nguyên từ 1 đến 100. "
            "Xem cách dùng: danhoi search --help\n",
        ),
        (
            ["evaluate", "thieu.jsonl"],
            "Lỗi: giá trị của TỆP không dùng được; không đọc được tệp đó. "
            "Xem cách dùng: danhoi evaluate --help\n",
        ),
    ],
)
def test_a_mistyped_command_line_is_one_vietnamese_line(danhoi, arguments, message):
    result = danhoi(*arguments)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def test_wrong_settings_are_one_line_too(tmp_path, monkeypatch):
    monkeypatch.setenv("DANHOI_LOG", "ồn")

    result = subprocess.run([*COMMAND, "doctor"], capture_output=True, text=True, timeout=120)

    assert result.returncode == 1
    assert result.stderr == (
        "Lỗi: Cấu hình chưa đúng: DANHOI_LOG=ồn phải là một trong: debug, info, warning, error.\n"
    )


def test_logs_never_hold_a_citizens_words(home, danhoi, caplog):
    with caplog.at_level(logging.DEBUG):
        danhoi("ask", "làm khai sinh cho cháu Nguyễn Thị Bưởi ở xóm Đình cần giấy tờ gì")

    assert caplog.records
    assert "Bưởi" not in caplog.text


def test_ctrl_c_ends_a_build_and_its_process_without_a_word(home):
    """The terminal sends it to the whole group; the process that builds must not answer with a traceback."""
    with subprocess.Popen(
        [*COMMAND, "index", "build"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        wait_until(lambda: children_of(process.pid))
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(child) for child in listed.split()]


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("the condition never came true")
