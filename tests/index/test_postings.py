"""Sums over the records that hold a term."""

from __future__ import annotations

import numpy as np

from index.postings import Postings


def test_each_record_gets_the_sum_of_the_terms_it_holds():
    held = Postings(3, [(0, ["xe", "máy"]), (2, ["xe"])])

    assert held.sums({"xe": 1.0, "máy": 0.5}).tolist() == [1.5, 0.0, 1.0]


def test_a_term_counts_once_however_often_a_record_holds_it():
    held = Postings(1, [(0, ["xe", "xe"]), (0, ["xe"])])

    assert held.sums({"xe": 1.0}).tolist() == [1.0]


def test_a_term_that_no_record_holds_adds_nothing():
    assert Postings(2, []).sums({"xe": 1.0}, np.float64).tolist() == [0.0, 0.0]


def test_how_often_a_record_holds_a_term_is_known():
    held = Postings(2, [(1, ["xe", "xe"]), (0, ["xe"])])

    places = held.places("xe")

    assert held.records[places].tolist() == [0, 1]
    assert held.counts[places].tolist() == [1.0, 2.0]


def test_a_record_holds_only_its_own_terms():
    held = Postings(3, [(0, ["xe"]), (2, ["xe", "máy"])])

    assert [held.holds(record, "xe") for record in range(3)] == [True, False, True]
    assert not held.holds(0, "máy")
    assert not held.holds(0, "tàu")
