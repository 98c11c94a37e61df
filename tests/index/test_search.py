"""Searching the bundled sample with the built-in model: what is found, and what is left to staff."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.sample import SAMPLE
from index.building import build_index
from index.calibrating import calibrate, fit_logistic
from index.deciding import RULE, SIGNALS, DecisionRule, Logistic
from index.evidence import FEATURES
from index.generation import open_generation
from index.ranking import Decision
from index.ranking_model import load_ranking_model
from index.search import Searcher
from index.static_embedder import load_builtin
from knowledge.database import open_database
from knowledge.importing import import_files
from knowledge.passages import RecordKind
from knowledge.phrasings import phrasing_passages
from knowledge.records import Level, ProcedureType
from knowledge.store import KnowledgeStore
from tests.record_samples import a_procedure, an_office


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    home = tmp_path_factory.mktemp("office")
    database = open_database(home / "danhoi.db")
    import_files(KnowledgeStore(database), [SAMPLE])
    database.close()
    embedder = load_builtin()
    build_index(
        home / "danhoi.db",
        home / "index",
        embedder,
        extra_passages=phrasing_passages,
        calibrate=calibrate,
    )
    return Searcher(open_generation(home / "index"), embedder)


def first(searcher, query):
    return searcher.rank(query).candidates[0].key


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("làm khai sinh cho con cần giấy tờ gì", "1.001193"),
        ("lam khai sinh cho con can giay to gi", "1.001193"),
        ("LÀM KHAI SINH CHO CON", "1.001193"),
        ("lafm khai sinh cho con", "1.001193"),
        ("bố tôi mới mất giờ phải báo với ai", "1.000656"),
        ("xin giấy độc thân để cưới", "1.004873"),
        ("nhap ho khau cho vo", "1.004222"),
    ],
)
def test_a_need_finds_its_procedure_however_it_is_typed(searcher, query, code):
    assert first(searcher, query) == code


def test_a_question_that_is_understood_is_answered(searcher):
    ranking = searcher.rank("đăng ký khai sinh cho con mới sinh")

    assert ranking.decision is Decision.ANSWER
    assert ranking.confidence > 0.5
    assert ranking.generation == searcher.generation.generation_id


@pytest.mark.parametrize(
    "query", ["xin cấp phép khai thác mỏ vàng", "thủ tục mở casino", "giấy phép bay cho máy bay tư nhân"]
)
def test_what_the_office_does_not_have_is_not_answered_with_its_neighbour(searcher, query):
    assert searcher.rank(query).decision is not Decision.ANSWER


def test_a_procedure_taken_out_is_not_found(searcher):
    ranking = searcher.rank("đăng ký khai sinh cho con mới sinh", excluded=["1.001193"])

    assert all(candidate.key != "1.001193" for candidate in ranking.candidates)


@pytest.mark.parametrize("query", ["", "   ", "???", "\u200b"])
def test_a_query_without_words_gives_nothing_and_goes_to_staff(searcher, query):
    ranking = searcher.rank(query)

    assert ranking.candidates == ()
    assert ranking.decision is Decision.HAND_OVER


def test_every_candidate_carries_its_evidence(searcher):
    candidate = searcher.rank("đăng ký kết hôn").candidates[0]

    assert set(candidate.features) == set(FEATURES)
    assert candidate.hits
    assert candidate.hits[0].cosine > 0


def test_wordings_from_elsewhere_are_never_candidates(searcher):
    here = set(searcher.generation.records.cards) | {
        key for kind, key in searcher.generation.passages.records if kind is not RecordKind.PROCEDURE
    }

    for query in ("cấp hộ chiếu ngoại giao", "giấy phép khai thác khoáng sản", "đăng ký tàu biển"):
        assert all(candidate.key in here for candidate in searcher.rank(query).candidates)


def test_the_same_query_gives_the_same_ranking(searcher):
    assert searcher.rank("cấp lại căn cước") == searcher.rank("cấp lại căn cước")


def test_the_index_knows_its_own_error_rates(searcher):
    calibration = searcher.generation.manifest.calibration

    assert set(calibration[RULE]["first"]["weights"]) == set(SIGNALS)
    assert calibration["expected"]["right_of_answered"] > 0.9
    assert calibration["expected"]["answered_of_off_topic"] < 0.1


def test_a_build_with_the_same_procedures_takes_the_rule_over(searcher):
    generation = searcher.generation

    assert calibrate(generation, searcher.embedder, generation) is generation.manifest.calibration


def test_the_office_s_own_level_comes_first_in_a_family(tmp_path):
    titles = {"9.000001": "cấp tỉnh", "9.000002": "cấp xã"}
    agencies = {"9.000001": "Sở Diều", "9.000002": "Ủy ban nhân dân cấp xã"}
    office = _office(tmp_path, Level.COMMUNE, "")
    with_levels = [
        replace(
            a_procedure(code, title=f"Cấp phép thả diều (thực hiện tại {place})"),
            handling_agencies=(agencies[code],),
            levels=(Level.PROVINCE if "tỉnh" in place else Level.COMMUNE,),
        )
        for code, place in titles.items()
    ]

    keys = [c.key for c in _search(tmp_path, [*with_levels, office]).rank("xin phép thả diều").candidates]

    assert keys == ["9.000002", "9.000001"]


def _provincial_and_national(office=None):
    provincial = a_procedure(
        "9.000001",
        title="Cấp phép thả diều trên biển",
        procedure_type=ProcedureType.PROVINCIAL,
        province="Tỉnh Gia Lai",
    )
    return [
        a_procedure("9.000002", title="Cấp phép thả diều trên biển"),
        provincial,
        *([office] if office else []),
    ]


def _found(searcher, query, **named):
    return {candidate.key for candidate in searcher.rank(query, **named).candidates}


def test_what_another_province_published_for_itself_is_left_out(tmp_path):
    searcher = _search(tmp_path, _provincial_and_national(_office(tmp_path, Level.PROVINCE, "Tỉnh Huế")))

    assert _found(searcher, "thả diều trên biển") == {"9.000002"}


def test_it_comes_when_the_question_names_the_province(tmp_path):
    searcher = _search(tmp_path, _provincial_and_national())

    assert _found(searcher, "tha dieu tren bien o gia lai?") == {"9.000001", "9.000002"}
    assert _found(searcher, "thả diều trên biển", provinces={"Tỉnh Gia Lai"}) == {"9.000001", "9.000002"}


def test_the_office_s_own_copy_is_found(tmp_path):
    searcher = _search(tmp_path, _provincial_and_national(_office(tmp_path, Level.PROVINCE, "Tỉnh Gia Lai")))

    assert _found(searcher, "thả diều trên biển") == {"9.000001", "9.000002"}


def test_the_rule_answers_asks_back_or_hands_over_by_its_two_points():
    rule = DecisionRule(Logistic(0.0, {"score": 1.0}), Logistic(2.0, {"score": 1.0}), 0.6, 0.5)
    decided = [rule.decide({"score": score})[1] for score in (1.0, 0.0, -3.0)]

    assert decided == [Decision.ANSWER, Decision.ASK_BACK, Decision.HAND_OVER]


def test_the_rule_offers_nothing_when_the_question_is_about_no_procedure():
    unsure, near = Logistic(-1.0, {}), Logistic(9.0, {})
    rule = DecisionRule(unsure, near, 0.6, 0.5, about=Logistic(0.0, {"known": 1.0}), about_at=0.5)

    assert rule.decide({"known": 0.1})[1] is Decision.ASK_BACK
    assert rule.decide({"known": -0.1})[1] is Decision.HAND_OVER


def test_choices_are_offered_when_the_first_is_likelier_right_than_wrong():
    even, near = Logistic(0.1, {}), Logistic(9.0, {})
    rule = DecisionRule(even, near, 0.6, 0.5, about=Logistic(0.0, {"known": 1.0}), about_at=0.5)

    assert rule.decide({"known": -0.1})[1] is Decision.ASK_BACK


@pytest.mark.parametrize("talk", ["trận bóng tối qua đội nào thắng", "nau pho bo the nao cho ngon"])
def test_nothing_is_offered_to_small_talk(searcher, talk):
    assert searcher.rank(talk).decision is Decision.HAND_OVER


def test_what_is_true_in_part_is_fitted_so():
    rows = [dict.fromkeys(SIGNALS, value) for value in (-1.0, 1.0)]
    fitted = fit_logistic(rows, np.array([0.3, 0.3]), np.ones(2))

    assert fitted(rows[0]) == pytest.approx(0.3, abs=0.01)


def test_a_logistic_function_saturates_instead_of_overflowing():
    assert Logistic(0.0, {"score": 1.0})({"score": 1e9}) == pytest.approx(1.0)
    assert Logistic(0.0, {"score": 1.0})({"score": -1e9}) == pytest.approx(0.0)


def test_the_shipped_weights_cover_every_feature_and_signal():
    model = load_ranking_model()

    assert set(model.weights) == set(FEATURES)
    rule = model.decision
    for fitted in (rule.first, rule.among, rule.about):
        assert set(fitted.weights) == set(SIGNALS)


def _search(folder, records):
    database = open_database(folder / "danhoi.db")
    KnowledgeStore(database).save(records)
    database.close()
    embedder = load_builtin()
    build_index(folder / "danhoi.db", folder / "index", embedder)
    return Searcher(open_generation(folder / "index"), embedder)


def _office(folder, level, province):
    return replace(an_office(), level=level, province=province)
