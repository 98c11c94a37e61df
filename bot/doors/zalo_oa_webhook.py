"""Whether a webhook call comes from Zalo: its signature over the raw body, the app, and the time."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from bot.doors.raw import Raw, name_of, object_in
from bot.doors.webhooks import shows
from bot.settings import ZaloOaSettings

SIGNATURE_HEADER = "X-ZEvent-Signature"
# Zalo's last try comes after 1 h 51, but this machine's clock may be wrong by hours, and then every citizen
# would be turned away. A call that somebody recorded and plays again is known by its key, for seven days in
# the inbox; what is older than this is refused.
LATEST = timedelta(days=6)
_LONGEST_TIMESTAMP = 15


def authentic(body: bytes, signature: str | None, settings: ZaloOaSettings) -> Raw | None:
    """Return the event in *body*; None when Zalo did not sign it, or not for our app."""
    event = object_in(body)
    if event is None or not settings.oa_secret:
        return None
    timestamp = name_of(event, "timestamp")
    if not timestamp.isdecimal() or name_of(event, "app_id") != settings.app_id:
        return None
    # Plain SHA-256 over the bytes as they came: no HMAC, and no JSON written anew.
    signed = settings.app_id.encode() + body + timestamp.encode() + settings.oa_secret.encode()
    return event if shows(signature, f"mac={hashlib.sha256(signed).hexdigest()}") else None


def is_recent(event: Raw, now: datetime) -> bool:
    """Say whether *event* is of about *now*: neither older than the inbox remembers, nor that far ahead."""
    timestamp = name_of(event, "timestamp")
    if len(timestamp) > _LONGEST_TIMESTAMP:
        return False
    age = now - datetime(1970, 1, 1, tzinfo=UTC)
    return abs(age / timedelta(milliseconds=1) - int(timestamp)) <= LATEST / timedelta(milliseconds=1)
