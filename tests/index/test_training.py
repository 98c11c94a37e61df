"""The training script learns, on a corpus small enough for a test."""

from __future__ import annotations

import random

import numpy as np
import pytest

from index.evidence import FEATURES
from index.static_embedder import StaticEmbedder
from index.training.corpus import Corpus
from index.training.fit_ranking import Sample, fit_weights, share_right
from index.typing_slips import corrupt
from knowledge.phrasings import Phrasing
from knowledge.text import has_diacritics

THINGS = {
    "9.000001": ("Cấp phép thả diều", "cho con chơi trò giấy bay trên trời"),
    "9.000002": ("Đăng ký nuôi ong", "muốn có mật bán ngoài chợ"),
    "9.000003": ("Xác nhận đã trồng cây", "đào hố xuống đất từ năm ngoái"),
    "9.000004": ("Cho thuê thuyền thúng", "ra khơi câu mực một buổi"),
}


@pytest.fixture
def corpus():
    return Corpus(
        titles={code: title for code, (title, _) in THINGS.items()},
        lines={code: [f"{title} theo quy định của xã"] for code, (title, _) in THINGS.items()},
        sector=dict.fromkeys(THINGS, "Chung"),
        phrasings=[Phrasing((code,), said) for code, (_, said) in THINGS.items()] * 3,
        group={code: code for code in THINGS},
        law=[("Điều về diều bay cao", "Diều bay cao phải có dây chắc chắn")] * 4,
    )


def test_training_brings_a_wording_to_its_title_though_they_share_no_word(corpus, tmp_path):
    training = pytest.importorskip("index.training.train_embedding")
    training.save(training.train(corpus, steps=60, dimension=16, rate=0.02), tmp_path)

    embedder = StaticEmbedder(tmp_path)
    said = embedder.embed([said for _, said in THINGS.values()])
    titles = embedder.embed([title for title, _ in THINGS.values()])

    assert (said @ titles.T).argmax(axis=1).tolist() == list(range(len(THINGS)))


def test_the_fit_trusts_the_feature_that_is_right():
    """Of the features only the first tells the right record; the fit must find that out."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(200):
        features = rng.random((5, len(FEATURES)), dtype=np.float32)
        right = np.arange(5) == features[:, 0].argmax()
        found.append(Sample(features, right))

    weights = fit_weights(found)

    assert share_right(found, weights) > 0.95
    assert max(weights, key=weights.__getitem__) == "title_cosine"


def test_slips_keep_most_words_and_are_the_same_for_the_same_seed():
    text = "làm khai sinh cho con cần giấy tờ gì và nộp ở đâu"
    once, twice = (corrupt(text, random.Random(4)) for _ in range(2))

    assert once == twice
    assert len(once.split()) >= len(text.split()) - 1


def test_some_slips_lose_the_accents():
    texts = [corrupt("đăng ký kết hôn", random.Random(seed)) for seed in range(40)]

    assert {has_diacritics(text) for text in texts} == {True, False}
