"""
What the built-in embedding model sees of a text.

Four kinds of features, each a string with a one-letter prefix, for every syllable:

- ``a:đăng``     the syllable as written, only when it carries a mark;
- ``f:dang``     the folded syllable, always, so that text typed without marks loses only the ``a:``;
- ``b:dang ky``  two folded syllables in a row, because most Vietnamese words are two syllables long;
- ``c:<da``      three letters in a row of a folded syllable, so that a typo keeps most of its syllable
  (Bojanowski et al., "Enriching word vectors with subword information", TACL 2017).

But: no word segmentation; a segmenter is wrong too often on text without marks.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from knowledge.text import fold, normalize, syllables

MAX_SYLLABLES = 200  # a passage is cut near 1,200 characters, about 250 syllables


@lru_cache(maxsize=1 << 16)
def _fold_syllable(syllable: str) -> str:
    return fold(syllable)


@lru_cache(maxsize=1 << 16)
def _trigrams(folded: str) -> tuple[str, ...]:
    if len(folded) < 3:
        return ()
    padded = f"<{folded}>"
    return tuple(f"c:{padded[i : i + 3]}" for i in range(len(padded) - 2))


def features(text: str) -> list[str]:
    """
    Return the features of *text*, with repetitions; the order carries no meaning.

    >>> features("Lệ phí")
    ['a:lệ', 'f:le', 'a:phí', 'f:phi', 'c:<ph', 'c:phi', 'c:hi>', 'b:le phi']
    """
    typed = syllables(normalize(text))[:MAX_SYLLABLES]
    folded = [_fold_syllable(syllable) for syllable in typed]
    found: list[str] = []
    for syllable, plain in zip(typed, folded, strict=True):
        if syllable != plain:
            found.append(f"a:{syllable}")
        found.append(f"f:{plain}")
        found.extend(_trigrams(plain))
    found.extend(f"b:{first} {second}" for first, second in pairwise(folded))
    return found
