"""What the built-in model sees of a text, and that both readings of it give the same vectors."""

from __future__ import annotations

import numpy as np
import pytest

from index.features import MAX_SYLLABLES, features
from index.static_embedder import BUILTIN, StaticEmbedder, load_builtin
from knowledge.text import fold


@pytest.fixture(scope="module")
def embedder():
    return load_builtin()


def test_text_without_marks_loses_only_the_accented_features():
    with_marks, without = features("đăng ký kết hôn"), features("dang ky ket hon")

    assert [name for name in with_marks if not name.startswith("a:")] == without


def test_both_tone_placements_and_decomposed_text_are_the_same():
    assert features("hoà giải") == features("hòa giải") == features("ho\u0300a gia\u0309i")


def test_a_slip_keeps_most_letter_features():
    right, slip = set(features("thuong tru")), set(features("thuong trru"))

    assert len(right & slip) >= len(right) / 2


def test_only_the_beginning_of_a_long_text_is_looked_at():
    assert features("a " * (MAX_SYLLABLES + 50)) == features("a " * MAX_SYLLABLES)


def test_vectors_have_length_one_and_come_in_order(embedder):
    one, two = embedder.embed(["đăng ký kết hôn", "cấp lại căn cước"])

    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(one, embedder.embed(["đăng ký kết hôn"])[0])
    assert not np.allclose(one, two)


@pytest.mark.parametrize("empty", ["", "   ", "?!…", "\u200b"])
def test_a_text_without_words_gives_zeros(embedder, empty):
    assert not embedder.embed([empty]).any()


def test_no_texts_give_no_rows(embedder):
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_words_that_mean_the_same_lie_nearer_than_words_that_do_not(embedder):
    asked, meant, other = embedder.embed(["xin giấy độc thân", "xác nhận tình trạng hôn nhân", "đăng ký xe"])

    assert asked @ meant > asked @ other + 0.1


def test_the_same_words_without_accents_lie_near(embedder):
    text = "làm khai sinh cho con cần giấy tờ gì"
    one, two = embedder.embed([text, fold(text)])

    assert one @ two > 0.8


def test_the_known_share_tells_foreign_words(embedder):
    assert embedder.known_share("đăng ký kết hôn") == 1.0
    assert embedder.known_share("xqzt wvvk") == 0.0
    assert embedder.known_share("") == 0.0


def test_a_changed_file_gives_another_model_id(tmp_path):
    for name in ("model.safetensors", "vocab.txt"):
        (tmp_path / name).write_bytes((BUILTIN / name).read_bytes())
    before = StaticEmbedder(tmp_path).model_id
    names = (tmp_path / "vocab.txt").read_text(encoding="utf-8")
    (tmp_path / "vocab.txt").write_text(names.replace("\n", "x\n", 1), encoding="utf-8")

    assert StaticEmbedder(tmp_path).model_id != before


def test_a_vocabulary_of_another_length_is_refused_with_both_numbers(tmp_path):
    (tmp_path / "model.safetensors").write_bytes((BUILTIN / "model.safetensors").read_bytes())
    (tmp_path / "vocab.txt").write_text("f:a\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"1 features, but \d+ rows"):
        StaticEmbedder(tmp_path)


def test_sentence_transformers_reads_the_same_model(embedder):
    """The folder is a real sentence-transformers model; reading it with numpy is only quicker."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    texts = ["làm khai sinh cho con", "lam khai sinh", "cấp lại căn cước bị mất", ""]
    model = sentence_transformers.SentenceTransformer(str(BUILTIN), trust_remote_code=True, device="cpu")

    assert np.allclose(model.encode(texts), embedder.embed(texts), atol=1e-5)


def test_the_shipped_model_stays_under_forty_megabytes():
    assert sum(file.stat().st_size for file in BUILTIN.rglob("*") if file.is_file()) < 40_000_000
