"""How much one citizen may write before they are asked to slow down."""

from __future__ import annotations

from bot.messaging.buckets import Bucket

MESSAGES_AT_ONCE = 20  # of one person; as many a minute after that
_MOST_BUCKETS = 10_000


class Limiter:
    """
    A bucket for everyone who writes. Shared by all threads: a lost token does no harm.

    What counts is when a message came: whoever waited for us is not taken for somebody in a hurry. Nor is
    whoever's message is tried again, on a full disk every few seconds: it counts once, by its number.
    """

    def __init__(self, at_once: int = MESSAGES_AT_ONCE, per_minute: float | None = None) -> None:
        self._at_once = at_once
        self._per_second = (at_once if per_minute is None else per_minute) / 60
        self._buckets: dict[str, Bucket] = {}
        # By conversation a message's number; between two tries of it comes no other.
        self._allowed: dict[str, int] = {}
        self._told: dict[str, int] = {}

    def allows(self, conversation: str, came: float, number: int) -> bool:
        """Return whether message *number*, written in *conversation* at *came* (seconds), may be answered."""
        if self._allowed.get(conversation) == number:
            return True
        if len(self._buckets) > _MOST_BUCKETS:
            known = list(self._buckets.items())  # at once: other threads add to it
            self._buckets = {name: bucket for name, bucket in known if not bucket.is_full(came)}
            self._allowed, self._told = self._known_of(self._allowed), self._known_of(self._told)
        bucket = self._buckets.get(conversation)
        if bucket is None:
            bucket = self._buckets[conversation] = Bucket(self._at_once, self._per_second)
        if bucket.is_full(came):
            self._told.pop(conversation, None)
        is_allowed = bucket.try_take(came)
        if is_allowed:
            self._allowed[conversation] = number
        return is_allowed

    def is_first_refusal(self, conversation: str, number: int) -> bool:
        """Return True for one message until *conversation* has paused for long: it is told once."""
        return self._told.setdefault(conversation, number) == number

    def _known_of(self, numbers: dict[str, int]) -> dict[str, int]:
        return {name: number for name, number in list(numbers.items()) if name in self._buckets}
