"""Goal R8: a clock that jumps by a day or by 400, and back, loses nothing, and nothing stands still."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.doors.door import Update
from bot.messaging.model import Outgoing
from bot.messaging.tables import open_tables
from bot.serving import housekeeping
from bot.serving.housekeeping import keep_house_hourly
from knowledge.database import write_transaction
from tests.quick_server import Citizen, Clock, hurry, town, until
from tests.visitors import AtThePage
from tests.zalo_oa_place import DAY, Place, door_at, opened

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Looks:
    """Counts how often house was kept."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._keep_house = housekeeping.keep_house
        patch.setattr(housekeeping, "EVERY_SECONDS", 0.05)
        patch.setattr(housekeeping, "keep_house", self.keep_house)

    def keep_house(self, *arguments) -> None:
        self._keep_house(*arguments)
        self.count += 1

    def wait_for(self, more: int) -> None:
        enough = self.count + more
        until(lambda: self.count >= enough)


@pytest.mark.parametrize("days", [1, -1, 400, -400])
def test_a_clock_that_jumps_there_and_back_stops_and_loses_nothing(tmp_path, monkeypatch, days):
    hurry(monkeypatch)
    looks, clock = Looks(monkeypatch), Clock()
    clock.rule(monkeypatch)
    with town(tmp_path / "var", clock=clock) as here, AtThePage(here.served.url) as page:
        here.bring_patiently()
        citizens = {door: here.citizen(door) for door in here.messengers}
        told = {door: ["gốm"] for door in citizens}
        ask(citizens, page, "gốm", told)

        clock.ahead = timedelta(days=days)
        here.oa.expire_access_token()
        # Whose signature is good, and whose time is not: Zalo calls again, and staff are told why.
        is_late = abs(days) > 6
        told = {door: ["gốm"] if is_late and door == "zalo_oa" else ["gốm", "sơn"] for door in citizens}
        ask(citizens, page, "sơn", told)
        looks.wait_for(3)
        until(lambda: ("clock" in here.door("zalo_oa")) == is_late)

        clock.ahead = timedelta(0)
        here.oa.expire_access_token()
        ask(citizens, page, "nón", {door: ["gốm", "sơn", "nón"] for door in citizens})
        looks.wait_for(3)
        until(lambda: here.health()["status"] == "ok")
        assert here.health()["backlog"] == here.oa.outstanding() == 0


def ask(citizens: dict[str, Citizen], page: AtThePage, trade: str, told: dict[str, list[str]]) -> None:
    """Ask at every door and on the page; wait until each has read what *told* says, and nothing else."""
    for citizen in citizens.values():
        citizen.asks(trade)
    page.says(f"ghi danh {trade}")
    until(lambda: {door: citizen.knows() for door, citizen in citizens.items()} == told)
    until(lambda: any(f"Ghi danh {trade}" in answer for answer in page.sees()))


@pytest.mark.parametrize(
    ("days", "is_kept"), [((0, 400, 0, 0), True), ((0, -400, 0), True), ((0, 400, 400), False)]
)
def test_what_has_expired_goes_when_the_clock_says_so_at_two_looks(tmp_path, days, is_kept):
    path = tmp_path / "danhoi.db"
    tables = open_tables(path)
    with closing(tables.database):
        with write_transaction(tables.database):
            tables.inbox.add("telegram", [Update("1", "5", "{}")], _ms(NOW))
            tables.outbox.put("in:1", 0, "telegram", "5", [Outgoing("Phí: không có")], _ms(NOW))
        asyncio.run(_keep_house(path, days))

        assert bool(tables.inbox.waiting()) == bool(tables.outbox.due()) == is_kept


async def _keep_house(path, days: tuple[int, ...]) -> None:
    """Keep house with a clock that is off by each of *days* in turn."""
    moments = [NOW + timedelta(days=ahead) for ahead in days]

    async def sleep(seconds: float) -> None:
        moments.pop(0)
        if not moments:
            raise asyncio.CancelledError

    keeping = keep_house_hourly(path, lambda: moments[0].date(), lambda: _ms(moments[0]), sleep=sleep)
    with pytest.raises(asyncio.CancelledError):
        await keeping


def test_tokens_granted_by_a_clock_far_ahead_are_renewed_when_it_is_right(place: Place) -> None:
    given = place.zalo.refresh_token
    for days, renewals in ((400, 1), (0, 2), (0, 2)):
        moment = place.clock() + days * DAY
        asyncio.run(opened(door_at(place, refresh_token=given, clock=lambda now=moment: now)))

        assert len(place.zalo.used_refresh_tokens) == renewals


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
