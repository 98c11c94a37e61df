"""
The access token of the Zalo Official Account: renewed ahead of its end, never twice at once.

A refresh token serves once. Its successor is committed before the new access token is used; what a crash
can lose is the pair that was on its way at that moment, in the milliseconds between Zalo's answer and our
commit, or when Zalo's answer is lost on the network. Then Zalo refuses the token we have, staff log in
again, and what citizens asked meanwhile waits in the outbox: no message is lost by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.doors.door import NotDelivered, SendingError
from bot.doors.zalo_oa_api import Grant, OaRefused
from bot.doors.zalo_oa_tokens import Tokens, TokenStore
from knowledge.errors import DatabaseRefused

_AHEAD = timedelta(hours=1)
_OLD = timedelta(days=80)
_REFRESH_LIFE_DAYS = 90


class Access:
    """
    The access token of one account, of the pair in *store* that descends from the refresh token *given*.

    ``warning`` is a sentence for staff while the token is good but cannot be renewed; "" else.
    """

    def __init__(
        self,
        given: str,
        store: TokenStore,
        renew: Callable[[str], Awaitable[Grant]],
        clock: Callable[[], datetime],
    ) -> None:
        self.warning = ""
        self._given = given
        self._store = store
        self._grant = renew
        self._clock = clock
        self._tokens: Tokens | None = None
        self._unsaved: Tokens | None = None
        self._renewal: asyncio.Task[Tokens] | None = None

    @property
    def ends_at(self) -> datetime | None:
        return self._tokens.ends_at if self._tokens else None

    async def token(self) -> str:
        """
        Return a token that has not ended.

        Raises:
            SendingError: there is none, and Zalo gave no new one.
        """
        tokens = self._tokens
        if tokens is None or self._clock() >= tokens.ends_at:
            tokens = await self._renewed(tokens)
        return tokens.access

    async def other_than(self, refused: str) -> str:
        """Return another token than *refused*, which Zalo did not take; raises as ``token``."""
        tokens = self._tokens
        if tokens is None or tokens.access == refused:
            tokens = await self._renewed(tokens)
        return tokens.access

    async def keep_fresh(self) -> None:
        """Renew the token if its end is near; raises as ``token``."""
        tokens = self._tokens or await self._renewed(None)
        self.warning = ""
        # Granted in the future: when, the clock of that day did not know.
        if tokens.granted <= self._clock() < tokens.renew_at:
            return
        try:
            await self._renewed(tokens)
        except SendingError as error:
            if self._clock() >= tokens.ends_at:
                raise
            self.warning = " ".join(filter(None, (_why(error), self.aging())))

    def aging(self) -> str:
        """Say so when the refresh token will end soon; "" else."""
        if self._tokens is None or (age := self._clock() - self._tokens.granted) <= _OLD:
            return ""
        return (
            f"Refresh token của Zalo OA đã dùng {age.days} ngày, đến {_REFRESH_LIFE_DAYS} ngày thì hết hạn. "
            "Đăng nhập lại ở developers.zalo.me, lấy refresh token mới, ghi vào DANHOI_ZALO_OA_REFRESH_TOKEN."
        )

    async def close(self) -> None:
        """Wait for a renewal on its way: what Zalo has granted must be kept."""
        if self._renewal:
            await asyncio.gather(self._renewal, return_exceptions=True)

    async def _renewed(self, stale: Tokens | None) -> Tokens:
        """Return the pair after *stale*. Whoever comes meanwhile shares the outcome; nobody breaks it off."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(stale))
            self._renewal.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._renewal)

    async def _renew(self, stale: Tokens | None) -> Tokens:
        if self._unsaved is None:
            stored = await self._stored()
            # Kept before a restart, or by another process meanwhile.
            is_other = stored and (stale is None or stored.access != stale.access)
            self._tokens = stored or self._tokens
            if stored and is_other and self._clock() < stored.ends_at:
                return stored
            self._unsaved = await self._granted(stored.refresh if stored else self._given)
        try:
            await asyncio.to_thread(self._store.save, self._given, self._unsaved)
        except DatabaseRefused as error:
            raise NotDelivered("new tokens: not stored") from error
        self._tokens, self._unsaved = self._unsaved, None
        return self._tokens

    async def _stored(self) -> Tokens | None:
        try:
            return await asyncio.to_thread(self._store.load, self._given)
        except DatabaseRefused as error:
            raise NotDelivered("tokens: not readable") from error

    async def _granted(self, refresh: str) -> Tokens:
        grant, now = await self._grant(refresh), self._clock()
        renew_at = now + max(grant.life - _AHEAD, grant.life / 2)
        return Tokens(grant.access, grant.refresh or refresh, now, renew_at, now + grant.life)


def _why(error: SendingError) -> str:
    if isinstance(error, OaRefused):
        return error.remedy
    return f"Chưa làm mới được access token của Zalo OA ({error}); máy đang thử lại."
