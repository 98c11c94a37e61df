"""
Nearest vectors, exactly: every vector is compared, none is skipped.

FAISS's 16-bit scalar quantizer without any clustering. On vectors of length 1 the rounding stays
below 0.001 of cosine; it halves the file and searches in half the time of 32 bits, both of which
are bound by memory. A rebuild takes the rounded vectors over as they are, and gives the same bytes as
one that makes them all anew.
"""

from __future__ import annotations

from io import BytesIO

import faiss
import numpy as np
from numpy.typing import NDArray

# A search takes two milliseconds: threads for it would fight with those that answer other questions.
# Never fork a process after this: OpenMP's locks are not carried over.
_THREADS = 1


class DenseIndex:
    """The vectors of a generation by row."""

    def __init__(self, index: faiss.IndexScalarQuantizer) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> DenseIndex:
        """Return an index of *vectors*, shape (n, dimension), each of length 1 or all zeros."""
        index = _empty(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        return cls(index)

    @classmethod
    def of_halves(cls, halves: NDArray[np.float16]) -> DenseIndex:
        """Return an index of vectors that were rounded before, as ``halves`` gives them."""
        index = _empty(halves.shape[1])
        index.add_sa_codes(np.ascontiguousarray(halves).view(np.uint8))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> DenseIndex:
        """
        Return the index that ``to_bytes`` wrote.

        Compare the SHA-256 of *data* first: FAISS notices a missing byte, but not a changed one.

        Raises:
            ValueError: *data* is no index of ours.
        """
        # A changed length field must not ask for more memory than the file could fill.
        faiss.set_deserialization_vector_byte_limit(max(len(data), 1))
        try:
            # Read piece by piece: ``deserialize_index`` would copy it all beforehand.
            index = faiss.read_index(faiss.PyCallbackIOReader(BytesIO(data).read))  # type: ignore[attr-defined]  # not in the stubs
        except RuntimeError as error:
            raise ValueError(f"no FAISS index: {error}") from error
        if not isinstance(index, faiss.IndexScalarQuantizer):
            raise ValueError(f"expected IndexScalarQuantizer, found {type(index).__name__}")
        return cls(index)

    def to_bytes(self) -> bytes:
        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(
        self, query: NDArray[np.float32], top_k: int, start: int = 0, stop: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """
        Return the rows nearest to *query* and their cosines, best first.

        *query* has shape (dimension,) and length 1. Only rows from *start* up to *stop* are looked at.
        At most *top_k* rows; fewer when there are fewer.

        Raises:
            ValueError: *query* is of another dimension.
        """
        if query.shape != (self.dimension,):
            raise ValueError(f"the query has shape {query.shape}, the index has dimension {self.dimension}")
        stop = len(self) if stop is None else stop
        wanted = min(top_k, stop - start)
        if wanted < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # A selector costs time for every row; without one FAISS runs through memory.
        some = (start, stop) != (0, len(self))
        only = faiss.SearchParameters(sel=faiss.IDSelectorRange(start, stop)) if some else None  # type: ignore[call-arg]  # the stubs know no fields
        faiss.omp_set_num_threads(_THREADS)  # OpenMP keeps this number for each thread by itself
        cosines, rows = self._index.search(np.ascontiguousarray(query[None], np.float32), wanted, params=only)
        found = rows[0] >= 0
        return rows[0][found], cosines[0][found]

    def halves(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float16]:
        """Return the vectors of *rows*, or of all, rounded as they are kept, shape (len(rows), dimension)."""
        rows = self._or_all(rows)
        if not len(rows):
            return np.empty((0, self.dimension), np.float16)
        codes = self._index.codes
        kept = faiss.rev_swig_ptr(codes.data(), codes.size())  # FAISS's own memory; the rows are copied
        return kept.view(np.float16).reshape(len(self), self.dimension)[rows]

    def vectors(self, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """
        Return the vectors of *rows*, or of all, shape (len(rows), dimension).

        For scores of every row of a subset keep this matrix: ``matrix @ query`` takes 30 ns a row.
        """
        rows = self._or_all(rows)
        if not len(rows):
            return np.empty((0, self.dimension), np.float32)
        found: NDArray[np.float32] = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        return found

    def _or_all(self, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        return np.arange(len(self), dtype=np.int64) if rows is None else rows


def _empty(dimension: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
