"""Which share of a question a record explains, by its title and its citizens' wordings."""

from __future__ import annotations

import pytest

from index.building import build_index
from index.explaining import Explainer
from index.generation import open_generation
from knowledge.database import open_database
from knowledge.phrasings import Phrasing, known_phrasings, phrasing_passages
from knowledge.store import KnowledgeStore
from tests.fakes_index import HashEmbedder
from tests.record_samples import a_guide, a_procedure

WORDINGS = list(known_phrasings(Phrasing(("9.000001",), text) for text in ("cho con chơi diều", "diều giấy")))


@pytest.fixture
def generation(tmp_path):
    database = open_database(tmp_path / "danhoi.db")
    KnowledgeStore(database).save([a_procedure(title="Cấp phép thả diều"), a_guide()])
    database.close()
    build_index(
        tmp_path / "danhoi.db",
        tmp_path / "index",
        HashEmbedder(),
        extra_passages=lambda codes: phrasing_passages(codes, WORDINGS),
    )
    return open_generation(tmp_path / "index")


def explainer(generation):
    return Explainer(generation, {"": 1.0})


def record(generation, key):
    return [name for _, name in generation.passages.records].index(key)


def test_words_of_the_title_are_explained_with_or_without_marks(generation):
    shares = explainer(generation).shares("tha dieu", record(generation, "9.000001"))

    assert shares == (1.0, 1.0)


def test_a_word_nobody_uses_for_it_is_not(generation):
    share, pairs = explainer(generation).shares("thả rồng", record(generation, "9.000001"))

    assert (share, pairs) == (0.5, 0.0)


def test_citizens_words_count_like_the_title_s(generation):
    wording = WORDINGS[0].q

    assert explainer(generation).shares(wording, record(generation, "9.000001")) == (1.0, 1.0)


def test_a_guide_is_explained_by_its_title_and_its_questions(generation):
    guide = a_guide()
    share, _ = explainer(generation).shares(guide.title, record(generation, guide.guide_id))

    assert share == 1.0


def test_a_question_without_words_is_explained_by_nothing(generation):
    assert explainer(generation).shares("?", record(generation, "9.000001")) == (0.0, 0.0)
