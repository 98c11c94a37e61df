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


def explained(generation, query, key):
    record = [name for _, name in generation.passages.records].index(key)
    return Explainer(generation, {"": 1.0}).shares(query)[record].tolist()


def test_words_of_the_title_are_explained_with_or_without_marks(generation):
    assert explained(generation, "tha dieu", "9.000001") == [1.0, 1.0]


def test_a_word_nobody_uses_for_it_is_not(generation):
    assert explained(generation, "thả rồng", "9.000001") == [0.5, 0.0]


def test_citizens_words_count_like_the_title_s(generation):
    assert explained(generation, WORDINGS[0].q, "9.000001") == pytest.approx([1.0, 1.0])


def test_a_guide_is_explained_by_its_title_and_its_questions(generation):
    guide = a_guide()

    assert explained(generation, guide.title, guide.guide_id) == pytest.approx([1.0, 1.0])


def test_a_question_without_words_is_explained_by_nothing(generation):
    assert explained(generation, "?", "9.000001") == [0.0, 0.0]


def test_the_record_whose_words_are_asked_is_the_likelier_source(generation):
    keys = [name for _, name in generation.passages.records]
    likelihood = Explainer(generation, {"": 1.0}).likelihoods("xin phép thả diều")

    procedure, guide = (likelihood[keys.index(key)] for key in ("9.000001", a_guide().guide_id))
    assert (procedure > guide).all()


def test_words_that_no_record_has_make_no_record_likelier(generation):
    explainer = Explainer(generation, {"": 1.0})

    assert not explainer.likelihoods("rồng rắn").any()


def test_a_word_that_stands_in_the_body_alone_is_stated(generation):
    keys = [name for _, name in generation.passages.records]
    explainer, record = Explainer(generation, {"": 1.0}), keys.index("9.000001")
    line = generation.records.passages(*generation.passages.records[record])[-1].text
    word = next(word for word in line.split() if word.isalpha() and word.lower() not in "cấp phép thả diều")

    assert explainer.shares(word)[record].tolist() == [0.0, 0.0]
    assert explainer.stated(word, record) == (1.0, 0.0)


def test_title_and_wordings_are_stated_too(generation):
    keys = [name for _, name in generation.passages.records]

    assert Explainer(generation, {"": 1.0}).stated(WORDINGS[0].q, keys.index("9.000001")) == (1.0, 1.0)
    assert Explainer(generation, {"": 1.0}).stated("rồng rắn", keys.index("9.000001")) == (0.0, 0.0)
