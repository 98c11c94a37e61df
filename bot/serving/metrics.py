"""What Prometheus may count. No label holds anything of a citizen."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The numbers of one server, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.updates = Counter("danhoi_updates", "Updates stored, by door.", ["door"], registry=self.registry)
        self.updates_failed = Counter(
            "danhoi_updates_failed",
            "Tries to answer an update that failed.",
            ["door"],
            registry=self.registry,
        )
        self.answers = Counter(
            "danhoi_answers", "Answers, by door and status.", ["door", "status"], registry=self.registry
        )
        self.sent = Counter(
            "danhoi_messages",
            "Messages settled, by door and outcome.",
            ["door", "outcome"],
            registry=self.registry,
        )
        self.store_refused = Counter(
            "danhoi_store_refused", "Times that the store could not be written.", registry=self.registry
        )
        self.answer_seconds = self._histogram(
            "danhoi_answer_seconds", "From taking an update to storing its answer."
        )
        self.intake_seconds = self._histogram(
            "danhoi_intake_seconds", "From receiving updates to their commit."
        )
        self.send_seconds = self._histogram("danhoi_send_seconds", "One try to send a message.", ["door"])
        self.backlog = Gauge("danhoi_backlog", "Updates that wait.", registry=self.registry)
        self.outbox = Gauge("danhoi_outbox", "Messages by state.", ["state"], registry=self.registry)
        self.door_open = Gauge("danhoi_door_open", "1 when the door works.", ["door"], registry=self.registry)
        self.index_age_seconds = Gauge(
            "danhoi_index_age_seconds", "Age of the served index.", registry=self.registry
        )

    def _histogram(self, name: str, meaning: str, labels: tuple[str, ...] | list[str] = ()) -> Histogram:
        return Histogram(name, meaning, labels, buckets=_SECONDS, registry=self.registry)
