"""Every measure against a value worked out by hand."""

import math

import pytest

from index.evaluation import (
    auroc,
    bootstrap_auroc,
    bootstrap_calibration_error,
    calibration_error,
    hit_at,
    measure,
    ndcg,
    paired_difference,
    reciprocal_rank,
)


def test_a_hit_counts_only_within_the_first_k():
    assert [hit_at(k, ["a", "b", "c"], {"c", "x"}) for k in (1, 2, 3, 10)] == [0.0, 0.0, 1.0, 1.0]


def test_nothing_retrieved_is_no_hit():
    assert hit_at(5, [], {"a"}) == 0.0
    assert reciprocal_rank([], {"a"}) == 0.0
    assert ndcg([], {"a": 1.0}) == 0.0


def test_the_reciprocal_rank_is_of_the_first_relevant_one_and_ends_at_k():
    assert reciprocal_rank(["x", "a", "b"], {"a", "b"}) == 0.5
    assert reciprocal_rank(["x", "y", "a"], {"a"}, k=2) == 0.0


def test_ndcg_of_the_ideal_order_is_one_and_of_another_order_what_the_formula_gives():
    gains = {"a": 1.0, "b": 0.5}
    ideal = 1.0 + 0.5 / math.log2(3)

    assert ndcg(["a", "b"], gains) == pytest.approx(1.0)
    assert ndcg(["b", "a"], gains) == pytest.approx((0.5 + 1.0 / math.log2(3)) / ideal)
    assert ndcg(["x", "x", "a"], gains) == pytest.approx((1.0 / math.log2(4)) / ideal)


def test_ndcg_without_anything_to_find_is_zero():
    assert ndcg(["a"], {}) == 0.0


def test_a_mean_lies_in_its_interval_and_the_same_data_give_the_same_interval():
    values = [1.0] * 80 + [0.0] * 20

    measured = measure(values)

    assert measured.mean == pytest.approx(0.8)
    # Binomial: 0.8 ± 1.96 · sqrt(0.8 · 0.2 / 100) = 0.72 … 0.88
    assert (measured.low, measured.high) == (pytest.approx(0.72, abs=0.02), pytest.approx(0.88, abs=0.02))
    assert measure(values) == measured


def test_a_weighted_mean_counts_each_question_by_its_weight():
    assert measure([1.0, 0.0], weights=[3.0, 1.0]).mean == pytest.approx(0.75)


def test_no_questions_give_no_number():
    measured = measure([])

    assert math.isnan(measured.mean)
    assert str(measured) == "– (n=0)"


def test_a_measure_reads_as_mean_interval_and_count():
    assert str(measure([1.0, 1.0, 1.0])) == "1.000 (1.000–1.000, n=3)"


def test_a_paired_difference_is_sure_where_every_question_got_better():
    difference = paired_difference([1.0, 1.0, 1.0], [0.0, 0.0, 0.0])

    assert (difference.mean, difference.low, difference.high) == (1.0, 1.0, 1.0)


def test_a_paired_difference_of_equal_runs_is_zero():
    assert paired_difference([1.0, 0.0], [1.0, 0.0]).high == 0.0


def test_runs_over_different_questions_cannot_be_compared():
    with pytest.raises(ValueError, match="got 2 and 1"):
        paired_difference([1.0, 0.0], [1.0])


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    # 0.9 > 0.5 and 0.1; 0.4 > 0.1 only: three pairs of four
    assert auroc([0.9, 0.4], [0.5, 0.1]) == 0.75
    assert math.isnan(auroc([], [0.1]))


def test_auroc_has_an_interval_around_it():
    measured = bootstrap_auroc([0.9, 0.8, 0.4, 0.7], [0.5, 0.1, 0.3, 0.2])

    assert measured.mean == auroc([0.9, 0.8, 0.4, 0.7], [0.5, 0.1, 0.3, 0.2]) == 15 / 16
    assert measured.low <= measured.mean <= measured.high
    assert measured.n == 8


def test_calibration_error_is_the_gap_between_what_was_claimed_and_what_came():
    # First bin claims .2 and gets 0 of 2; second claims .9 and gets 1 of 2: (2·.2 + 2·.4) / 4
    assert calibration_error([0.2, 0.2, 0.9, 0.9], [False, False, True, False], bins=2) == pytest.approx(0.3)


def test_calibration_error_of_perfect_claims_is_zero_with_its_whole_interval():
    measured = bootstrap_calibration_error([1.0, 0.0] * 10, [True, False] * 10)

    assert (measured.mean, measured.low, measured.high, measured.n) == (0.0, 0.0, 0.0, 20)
