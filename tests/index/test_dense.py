import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import DenseIndex


def unit_vectors(count, dimension=16, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_nearest_come_first_with_their_cosines():
    vectors = unit_vectors(200)
    rows, cosines = DenseIndex.build(vectors).search(vectors[7], 5)
    exact = vectors @ vectors[7]

    assert rows.tolist() == np.argsort(-exact)[:5].tolist()
    assert cosines == pytest.approx(exact[rows], abs=0.001)


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(1, 40))
def test_rounding_to_sixteen_bits_moves_a_cosine_by_less_than_a_thousandth(seed, top_k):
    vectors = unit_vectors(40, seed=seed)
    rows, cosines = DenseIndex.build(vectors).search(vectors[0], top_k)

    assert np.abs(cosines - (vectors @ vectors[0])[rows]).max() < 0.001


def test_more_than_there_are_gives_all_and_no_filler():
    vectors = unit_vectors(3)
    rows, cosines = DenseIndex.build(vectors).search(vectors[0], 10)

    assert sorted(rows.tolist()) == [0, 1, 2]
    assert len(cosines) == 3


def test_an_empty_index_finds_nothing():
    index = DenseIndex.build(np.empty((0, 16), np.float32))

    assert len(index.search(unit_vectors(1)[0], 5)[0]) == 0
    assert index.vectors().shape == (0, 16)


def test_a_query_of_another_dimension_is_refused_with_both_numbers():
    index = DenseIndex.build(unit_vectors(3, dimension=16))

    with pytest.raises(ValueError, match=r"shape \(8,\).*dimension 16"):
        index.search(unit_vectors(1, dimension=8)[0], 1)


def test_vectors_that_come_back_give_the_same_index_again():
    index = DenseIndex.build(unit_vectors(50))

    assert DenseIndex.build(index.vectors()).to_bytes() == index.to_bytes()
    assert np.array_equal(index.vectors(np.array([4, 2])), index.vectors()[[4, 2]])


def test_rounded_vectors_of_two_indexes_give_the_same_index_as_all_at_once():
    vectors = unit_vectors(50)
    first, rest = DenseIndex.build(vectors[:30]), DenseIndex.build(vectors[30:])
    together = DenseIndex.of_halves(np.concatenate([first.halves(), rest.halves()]))

    assert together.to_bytes() == DenseIndex.build(vectors).to_bytes()
    assert np.array_equal(first.halves(np.array([4, 2])), first.halves()[[4, 2]])
    assert DenseIndex.build(vectors[:0]).halves().shape == (0, 16)


def test_the_index_survives_being_written():
    vectors = unit_vectors(50)
    again = DenseIndex.from_bytes(DenseIndex.build(vectors).to_bytes())

    assert (len(again), again.dimension) == (50, 16)
    assert again.search(vectors[9], 1)[0].tolist() == [9]


def test_a_cut_file_is_refused_at_every_length():
    data = DenseIndex.build(unit_vectors(3)).to_bytes()

    for length in range(len(data)):
        with pytest.raises(ValueError, match="FAISS index"):
            DenseIndex.from_bytes(data[:length])
