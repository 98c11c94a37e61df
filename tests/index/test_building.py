"""A build takes over what did not change, and answers as one made from nothing."""

import numpy as np
import pytest

from index import reusing
from index.building import BuildReport, Progress, build_index
from index.errors import BuildFailed
from index.generation import open_generation
from knowledge.database import open_database
from knowledge.errors import DatabaseRefused
from knowledge.passages import PassagePart, RecordKind
from knowledge.records import ProcedureType
from knowledge.splitting import asked_passage, passages_of
from knowledge.store import KnowledgeStore
from tests.fakes_index import HashEmbedder, build_of, save_records
from tests.record_samples import a_contact, a_guide, a_procedure, a_qa, an_office

MATTERS = ("thả diều", "nuôi ong", "trồng sen", "đóng thuyền", "dệt chiếu", "nặn tò he", "làm nón")
PROCEDURES = tuple(
    a_procedure(f"9.{number:06d}", title=f"Cấp phép {MATTERS[number % len(MATTERS)]} loại {number}")
    for number in range(60)
)
QUERIES = ("cấp phép nuôi ong", "nan to he loai 12", "lệ phí", "trồng sen ở đâu", "đăng nhập")


def answers(index_dir, query, embedder):
    """Return what both engines find, by passage id, with scores."""
    generation = open_generation(index_dir)
    (vector,) = embedder.embed([query])
    everything = len(generation.passages)
    return [
        {generation.passages.ids[row]: score for row, score in zip(rows, scores, strict=True)}
        for rows, scores in (
            generation.dense.search(vector, everything),
            generation.lexical.search(query, everything),
        )
    ]


def test_a_build_reports_what_it_did(tmp_path):
    report = build_of(tmp_path, *PROCEDURES, a_guide(), an_office())
    passages = sum(len(passages_of(record)) for record in (*PROCEDURES, a_guide()))

    assert report == BuildReport("gen-000001", 62, passages, passages, 0, report.seconds)
    assert report.seconds > 0


def test_every_kind_of_record_and_the_extra_wordings_are_found(tmp_path):
    database = save_records(tmp_path / "danhoi.db", a_procedure(), a_contact(), a_guide(), a_qa())
    seen = []

    def wordings(codes):
        seen.append(codes)
        return [asked_passage(RecordKind.PROCEDURE, "9.000001", 1, "muốn thả diều thì xin ai")]

    build_index(database, tmp_path / "index", HashEmbedder(), extra_passages=wordings)
    generation = open_generation(tmp_path / "index")
    rows, _ = generation.lexical.search("muốn xin ai", 1, (PassagePart.ASKED,))

    assert seen == [{"9.000001"}]
    assert generation.passages.ids[rows[0]] == "9.000001#asked-1"
    assert {kind for kind, _ in generation.passages.records} == set(RecordKind)


def test_an_internal_procedure_is_nowhere_in_the_index(tmp_path):
    internal = a_procedure("5.000001", title="Bí mật", procedure_type=ProcedureType.INTERNAL)
    build_of(tmp_path, a_procedure(), internal)
    generation = open_generation(tmp_path / "index")

    assert ("procedure", "5.000001") not in generation.passages.records
    assert generation.records.procedure("5.000001") is None
    assert "5.000001" not in generation.records.cards


def test_nothing_changed_means_nothing_is_embedded_again(tmp_path):
    build_of(tmp_path, *PROCEDURES)
    embedder = HashEmbedder()
    report = build_of(tmp_path, embedder=embedder)

    assert (report.generation, report.embedded, report.reused) == ("gen-000002", 0, report.passages)
    assert embedder.embedded < 10  # the smoke check only


def test_only_the_changed_passages_are_embedded_again(tmp_path):
    build_of(tmp_path, *PROCEDURES)
    report = build_of(tmp_path, a_procedure("9.000007", title="Cấp phép đan giỏ"))

    assert report.embedded == 1
    assert report.reused == report.passages - 1


@pytest.mark.parametrize("deleted_share", [0.0, 1.0])
def test_an_incremental_build_finds_what_a_full_one_finds(tmp_path, monkeypatch, deleted_share):
    """Once with the word index made anew, as small ones always are, once with the old one corrected."""
    monkeypatch.setattr(reusing, "_MOST_DELETED", deleted_share)
    monkeypatch.setattr(reusing, "_MOST_ADDED", deleted_share)
    changes = (
        a_procedure("9.000007", title="Cấp phép đan giỏ"),
        a_procedure("9.000099", title="Cấp phép nuôi ong mật"),
    )
    build_of(tmp_path / "step by step", *PROCEDURES, a_guide())
    store = KnowledgeStore(open_database(tmp_path / "step by step" / "danhoi.db"))
    store.remove(RecordKind.PROCEDURE, "9.000012")
    build_of(tmp_path / "step by step", *changes)
    build_of(tmp_path / "at once", *(p for p in PROCEDURES if p.code not in ("9.000007", "9.000012")))
    build_of(tmp_path / "at once", *changes, a_guide())

    for query in QUERIES:
        stepwise, whole = (
            answers(tmp_path / way / "index", query, HashEmbedder()) for way in ("step by step", "at once")
        )
        assert stepwise[0] == whole[0]
        assert stepwise[1].keys() == whole[1].keys()
        # Word frequencies still count what was deleted, until the next index made anew.
        tolerance = 0.05 if deleted_share else 0
        assert stepwise[1] == pytest.approx(whole[1], rel=tolerance, abs=0)


def test_the_words_of_a_large_index_are_corrected_and_of_a_small_one_made_anew(tmp_path):
    for size, folder in ((1, tmp_path / "small"), (60, tmp_path / "large")):
        build_of(folder, *PROCEDURES[:size])
        build_of(folder, a_procedure("9.000000", title="Cấp phép đan giỏ"))

    small, large = (open_generation(tmp_path / size / "index") for size in ("small", "large"))
    assert (small.manifest.lexical_deleted, large.manifest.lexical_deleted) == (0, 1)


def test_another_model_embeds_everything_again(tmp_path):
    build_of(tmp_path, *PROCEDURES)
    report = build_of(tmp_path, embedder=HashEmbedder(32))
    generation = open_generation(tmp_path / "index")

    assert report.reused == 0
    assert (generation.manifest.model_id, generation.dense.dimension) == ("hash@32", 32)


def test_the_same_dimension_under_another_name_is_another_model(tmp_path):
    build_of(tmp_path, *PROCEDURES)

    assert build_of(tmp_path, embedder=HashEmbedder(name="other")).reused == 0


def test_progress_tells_the_stages_and_counts_passages(tmp_path):
    steps = []
    database = save_records(tmp_path / "danhoi.db", a_procedure())
    report = build_index(database, tmp_path / "index", HashEmbedder(), steps.append)

    assert list(dict.fromkeys(step.stage for step in steps)) == ["gather", "embed", "write", "check"]
    assert Progress("embed", report.passages, report.passages) in steps


def test_what_calibration_finds_is_published_in_the_manifest(tmp_path):
    database = save_records(tmp_path / "danhoi.db", a_procedure())
    build_index(
        database,
        tmp_path / "index",
        HashEmbedder(),
        calibrate=lambda generation, embedder, before: {"passages": len(generation.passages)},
    )
    generation = open_generation(tmp_path / "index")

    assert generation.manifest.calibration == {"passages": len(generation.passages)}


def test_an_empty_store_is_refused_with_the_command(tmp_path):
    with pytest.raises(BuildFailed, match="danhoi knowledge import"):
        build_of(tmp_path)


def test_a_store_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "danhoi.db").write_bytes(b"not SQLite" * 1000)

    with pytest.raises(DatabaseRefused):
        build_index(tmp_path / "danhoi.db", tmp_path / "index", HashEmbedder())


def test_a_model_that_gives_nonsense_is_noticed_and_the_old_index_stays(tmp_path):
    class Forgetful(HashEmbedder):
        """Gives another vector every time it is asked."""

        def embed(self, texts):
            chance = np.random.default_rng(self.embedded)
            self.embedded += 1 + len(texts)
            vectors = chance.standard_normal((len(texts), self.dimension)).astype(np.float32)
            return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    build_of(tmp_path, *PROCEDURES)

    with pytest.raises(BuildFailed, match=r"không tìm thấy chính nó \(9\.\d+#title\)"):
        build_of(tmp_path, embedder=Forgetful(name="forgetful"))
    assert open_generation(tmp_path / "index").generation_id == "gen-000001"
    assert [path.name for path in (tmp_path / "index").glob("gen-*")] == ["gen-000001"]


def test_a_reader_keeps_its_generation_while_others_are_published(tmp_path):
    build_of(tmp_path, *PROCEDURES)
    held = open_generation(tmp_path / "index")
    before = held.lexical.search("nuôi ong", 5)[0].tolist()
    for title in ("một", "hai", "ba"):
        build_of(tmp_path, a_procedure("9.000000", title=title))

    assert held.records.procedure("9.000000") == PROCEDURES[0]
    assert held.lexical.search("nuôi ong", 5)[0].tolist() == before
    assert open_generation(tmp_path / "index").records.procedure("9.000000").title == "ba"
