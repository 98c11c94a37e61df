"""
Never a half-built index: publishing fails, or dies, at every point once; the old or the new one is whole.

The short form breaks every call that Python makes; the long one every system call of the process,
those of SQLite and tantivy too, by strace.
"""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.building import build_index
from index.errors import BuildFailed
from index.generation import open_generation
from tests.fakes_index import HashEmbedder, build_of, save_records
from tests.faulty_disk import FaultyDisk, Killed
from tests.record_samples import a_guide, a_procedure

OLD = a_procedure(title="Cấp phép thả diều cũ")
NEW = a_procedure(title="Cấp phép thả diều mới")
FILLERS = tuple(a_procedure(f"9.0001{number:02d}") for number in range(15))
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
FAILING = OSError(errno.EIO, os.strerror(errno.EIO))
FAULTS = {"killed": (Killed(),), "full or failing": (FULL, FAILING)}  # in turn


@pytest.fixture(scope="module", params=["corrected", "anew"])
def prepared(tmp_path_factory, request):
    """
    A folder where an index of OLD is published and NEW lies in the store.

    Enough fillers, and the word index is corrected; without them it is made anew.
    """
    folder = tmp_path_factory.mktemp("prepared")
    build_of(folder, OLD, a_guide(), *(FILLERS if request.param == "corrected" else ()))
    save_records(folder / "danhoi.db", NEW)
    return folder


@pytest.fixture
def scratch(tmp_path):
    """A folder in memory where there is one: some hundred builds wait for no disk there."""
    memory = Path("/dev/shm")  # noqa: S108
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def copy_of(prepared, scratch):
    """
    Give a copy under a name of its own.

    A thread of tantivy touches its lock file a moment after an index was opened, so a folder that
    was just used can neither be removed for sure nor be used again.
    """
    home = Path(tempfile.mkdtemp(dir=scratch)) / "home"
    shutil.copytree(prepared, home, symlinks=True)
    yield home
    shutil.rmtree(home.parent, ignore_errors=True)


def build(folder):
    return build_index(folder / "danhoi.db", folder / "index", HashEmbedder())


def calls_of_a_build(prepared, scratch):
    with copy_of(prepared, scratch) as home, FaultyDisk(None, None).installed() as counted:
        build(home)
    return counted.calls


def served_title(folder):
    """Open what is published, which verifies every byte of it, and return the title it quotes."""
    return open_generation(folder / "index").records.procedure("9.000001").title


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_at_every_call_that_fails_the_old_or_the_new_index_is_whole(prepared, scratch, faults):
    outcomes: Counter[str] = Counter()

    for at in range(calls_of_a_build(prepared, scratch)):
        with copy_of(prepared, scratch) as home:
            try:
                with FaultyDisk(at, faults[at % len(faults)]).installed():
                    build(home)
            except (BuildFailed, Killed):
                outcomes[served_title(home)] += 1
            else:
                outcomes["ended well"] += 1
                assert served_title(home) == NEW.title  # only tidying up may fail unnoticed

    assert outcomes[OLD.title] > 30
    assert set(outcomes) <= {OLD.title, NEW.title, "ended well"}


def test_after_dying_anywhere_the_next_build_ends_well_and_tidies_up(prepared, scratch):
    for at in range(0, calls_of_a_build(prepared, scratch), 11):
        with copy_of(prepared, scratch) as home:
            with pytest.raises(Killed), FaultyDisk(at, Killed()).installed():
                build(home)
            build(home)
            names = {path.name for path in (home / "index").iterdir()}

            assert served_title(home) == NEW.title
            assert names - {"build.lock", "current"} <= {"gen-000001", "gen-000002", "gen-000003"}
            assert len(names) == 4


def test_a_full_disk_is_told_in_a_sentence(prepared, scratch):
    with (
        copy_of(prepared, scratch) as home,
        pytest.raises(BuildFailed, match=r"Chưa xây xong chỉ mục mới: .*No space left on device"),
        FaultyDisk(20, FULL).installed(),
    ):
        build(home)


# The long form. Ordinals of a system call are counted per thread, as strace does.

SYSCALLS = (
    "openat,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,mkdir,symlink,"
    "unlink,unlinkat,rmdir,chmod,fchmod,copy_file_range,sendfile,flock,fcntl,linkat,msync,fallocate"
)
INJECTIONS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
WORKER = (
    "import sys; from pathlib import Path; from index.building import build_index; "
    "from tests.fakes_index import HashEmbedder; "
    "home = Path(sys.argv[1]); build_index(home / 'danhoi.db', home / 'index', HashEmbedder())"
)


@pytest.fixture
def strace():
    """Skip without it: Linux only, and a container may forbid a process to trace another."""
    if shutil.which("strace") is None:
        pytest.skip("R4 by system call NOT RUN: strace is not installed (apt-get install strace)")
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False).returncode:
        pytest.skip("R4 by system call NOT RUN: strace may not trace processes here (needs ptrace)")


@pytest.mark.soak
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("injection", INJECTIONS)
def test_at_every_system_call_that_fails_the_old_or_the_new_index_is_whole(prepared, scratch, injection):
    with copy_of(prepared, scratch) as home:
        points = system_calls_of_a_build(home, scratch / "log")
    assert len(points) > 50
    interrupted = 0
    for syscall, ordinal in points:
        injected = ("-e", f"trace={syscall}", "-e", f"inject={syscall}:{injection}:when={ordinal}")
        with copy_of(prepared, scratch) as home:
            interrupted += run_worker(home, *injected).returncode != 0

            assert served_title(home) in (OLD.title, NEW.title), (syscall, ordinal)
    assert interrupted > len(points) // 2  # some errors are harmless: a link that was not there


def system_calls_of_a_build(home: Path, log: Path) -> list[tuple[str, int]]:
    """Return (name, ordinal in its thread) of every call of a build that touches the index."""
    assert run_worker(home, "-y", "-e", f"trace={SYSCALLS}", "-o", str(log)).returncode == 0
    seen, points = Counter(), {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        thread, _, call = line.partition(" ")
        name = call.strip().partition("(")[0]
        if name in SYSCALLS.split(","):
            seen[thread, name] += 1
            if str(home / "index") in call:
                points[name, seen[thread, name]] = None
    return list(points)


def run_worker(home: Path, *strace: str) -> "subprocess.CompletedProcess[bytes]":
    # With --seccomp-bpf strace is quicker, but version 6.1 then injects errors only and no signal.
    quicker = [] if any("signal=" in option for option in strace) else ["--seccomp-bpf"]
    command = ["strace", "-f", "-qq", *quicker, *strace]
    if "-o" not in strace:
        command += ["-o", "/dev/null"]
    return subprocess.run(
        [*command, sys.executable, "-c", WORKER, str(home)], capture_output=True, timeout=120, check=False
    )
