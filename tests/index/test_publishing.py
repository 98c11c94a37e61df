import os
import subprocess
import sys

import pytest

from index.errors import IndexBusy
from index.publishing import build_lock, publish


def put_file(folder, generation_id):
    (folder / "file").write_text(generation_id, encoding="utf-8")


def served(index_dir):
    return (index_dir / "current" / "file").read_text(encoding="utf-8")


def generations(index_dir):
    return sorted(path.name for path in index_dir.glob("gen-*"))


@pytest.fixture
def index_dir(tmp_path):
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


def test_what_was_filled_is_served(index_dir):
    assert publish(index_dir, put_file) == "gen-000001"
    assert served(index_dir) == "gen-000001"


def test_the_generation_before_is_kept_and_older_ones_are_removed(index_dir):
    for _ in range(4):
        publish(index_dir, put_file)

    assert generations(index_dir) == ["gen-000003", "gen-000004"]
    assert served(index_dir) == "gen-000004"


def test_the_link_is_relative_so_that_the_folder_may_be_moved(index_dir, tmp_path):
    publish(index_dir, put_file)

    assert served(index_dir.rename(tmp_path / "elsewhere")) == "gen-000001"


def test_when_filling_fails_the_old_one_stays_and_nothing_strays(index_dir):
    publish(index_dir, put_file)

    def fail(folder, generation_id):
        put_file(folder, generation_id)
        raise ValueError("not fit")

    with pytest.raises(ValueError, match="not fit"):
        publish(index_dir, fail)
    assert (served(index_dir), generations(index_dir)) == ("gen-000001", ["gen-000001"])


def test_what_a_crash_left_is_removed_and_its_number_not_used(index_dir):
    publish(index_dir, put_file)
    (index_dir / "gen-000002").mkdir()  # renamed, but the link was not yet exchanged
    (index_dir / "gen-000003.tmp").mkdir()
    (index_dir / "current.tmp").symlink_to("gen-000002")
    (index_dir / "notes.txt").write_text("not ours", encoding="utf-8")

    assert publish(index_dir, put_file) == "gen-000004"
    assert generations(index_dir) == ["gen-000001", "gen-000004"]
    assert not (index_dir / "current.tmp").is_symlink()
    assert (index_dir / "notes.txt").exists()


def test_two_builds_at_once_are_refused_with_the_process_that_holds_the_lock(index_dir):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import pathlib, sys\n"
            "from index.publishing import build_lock\n"
            "with build_lock(pathlib.Path(sys.argv[1])):\n"
            "    print('held', flush=True)\n"
            "    sys.stdin.read()\n",
            str(index_dir),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(IndexBusy) as caught, build_lock(index_dir):
            pass
        holder.stdin.close()
    with build_lock(index_dir):  # free again as soon as the holder is gone
        pass

    assert str(caught.value) == (
        f"Chỉ mục trong {index_dir} đang được tiến trình {holder.pid} xây dựng. "
        "Hãy đợi tiến trình đó xong rồi chạy lại."
    )


def test_the_lock_names_who_holds_it(index_dir):
    with build_lock(index_dir):
        assert (index_dir / "build.lock").read_text(encoding="ascii") == str(os.getpid())
