"""Opening: what was published is loaded, what differs from it is refused with the remedy."""

import json
import random

import pytest
from msgspec.structs import replace

from index.building import build_index
from index.errors import IndexDamaged, IndexMissing, IndexUnusable
from index.files import current_folder, point_to
from index.generation import open_generation
from index.manifest import read_manifest, write_manifest
from tests.fakes_index import HashEmbedder, build_of
from tests.record_samples import a_guide, a_procedure

SHORT_FLIPS = 1_000


@pytest.fixture
def index_dir(tmp_path):
    build_of(tmp_path, a_procedure(), a_guide())
    return tmp_path / "index"


def test_without_an_index_the_message_names_folder_and_command(tmp_path):
    with pytest.raises(IndexMissing) as caught:
        open_generation(tmp_path / "index")

    assert str(caught.value) == f"Chưa có chỉ mục trong {tmp_path / 'index'}. Hãy chạy: danhoi index build"


def test_the_published_generation_is_opened_whole(index_dir):
    generation = open_generation(index_dir)

    assert generation.generation_id == generation.manifest.generation == "gen-000001"
    assert len(generation.passages) == len(generation.dense) == len(generation.lexical)
    assert sum(generation.manifest.passages.values()) == len(generation.passages)
    assert generation.manifest.records == {"procedure": 1, "guide": 1}
    assert generation.records.procedure("9.000001") == a_procedure()


def test_a_missing_file_is_named(index_dir):
    path = current_folder(index_dir) / "records.db"
    path.unlink()

    with pytest.raises(IndexDamaged) as caught:
        open_generation(index_dir)

    assert str(caught.value) == (
        f"Chỉ mục không dùng được, tệp {path}: không đọc được (No such file or directory). "
        "Hãy chạy: danhoi index build"
    )


def test_a_shorter_file_is_named_with_both_sizes(index_dir):
    path = current_folder(index_dir) / "vectors.faiss"
    data = path.read_bytes()
    path.write_bytes(data[:-1])

    with pytest.raises(IndexDamaged, match=f"dài {len(data) - 1} byte, khi công bố là {len(data)} byte"):
        open_generation(index_dir)


def test_a_link_to_nowhere_is_damage_not_absence(index_dir):
    point_to(index_dir / "current", "gen-000077")

    with pytest.raises(IndexDamaged, match=r"gen-000077/manifest\.json"):
        open_generation(index_dir)


@pytest.mark.parametrize("change", [{"format": 0}, {"dimension": 63}])
def test_a_manifest_that_does_not_fit_the_files_or_the_program_is_refused(index_dir, change):
    folder = current_folder(index_dir)
    manifest = replace(read_manifest(folder), **change)
    write_manifest(folder, manifest)

    with pytest.raises(IndexDamaged, match=r"phải là|định dạng"):
        open_generation(index_dir)


def test_a_manifest_edited_by_hand_is_refused(index_dir):
    path = current_folder(index_dir) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["model_id"] = "another"
    path.write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(IndexDamaged, match="không khớp mã kiểm tra"):
        open_generation(index_dir)


def test_another_model_is_refused_with_both_models(index_dir):
    generation = open_generation(index_dir)
    generation.require_model(HashEmbedder())

    with pytest.raises(IndexUnusable) as caught:
        generation.require_model(HashEmbedder(32))

    assert str(caught.value) == (
        "Chỉ mục gen-000001 được xây bằng mô hình hash@64 (64 chiều), "
        "nhưng đang dùng mô hình hash@32 (32 chiều). Hãy chạy: danhoi index build"
    )


def test_some_flipped_bytes_anywhere_are_always_refused(index_dir):
    refuse_flips(index_dir, SHORT_FLIPS)


@pytest.mark.soak
def test_ten_thousand_flipped_bytes_are_always_refused(index_dir):
    refuse_flips(index_dir, 10_000)


def refuse_flips(index_dir, count):
    """Flip one byte at a time, every file equally often, and ask for the index each time."""
    chance = random.Random(4)
    files = [p for p in current_folder(index_dir).rglob("*") if p.is_file() and p.stat().st_size]
    for number in range(count):
        path = files[number % len(files)]
        published = path.read_bytes()
        flipped = bytearray(published)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(IndexDamaged):
            open_generation(index_dir)
        path.write_bytes(published)
    open_generation(index_dir)


def test_an_index_that_lost_a_byte_keeps_answering_in_the_server_that_holds_it(index_dir):
    generation = open_generation(index_dir)
    for path in current_folder(index_dir).rglob("*"):
        if path.is_file():
            path.unlink()
    (vector,) = HashEmbedder().embed(["thả diều"])

    assert len(generation.dense.search(vector, 3)[0]) == 3
    assert len(generation.lexical.search("thả diều", 3)[0])
    assert generation.records.procedure("9.000001") == a_procedure()


def test_after_damage_a_build_makes_the_index_whole_again(index_dir, tmp_path):
    (current_folder(index_dir) / "vectors.faiss").write_bytes(b"")
    embedder = HashEmbedder()
    report = build_index(tmp_path / "danhoi.db", index_dir, embedder)

    assert (report.reused, report.embedded) == (0, report.passages)
    assert open_generation(index_dir).generation_id == "gen-000002"
