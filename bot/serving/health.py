"""/healthz and /metrics: how the server is, for the machine's operator and no one else."""

from __future__ import annotations

import hmac
import ipaddress
from contextlib import suppress
from datetime import datetime
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.serving.finding import Published
from bot.serving.service import Service, now
from knowledge.errors import DanhoiError

_WELL, _NOT_FOUND, _UNWELL = 200, 404, 503
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def health_routes(service: Service, token: str) -> list[Route]:
    """
    Return the two routes. Strangers learn only whether the server is well.

    All is shown to this machine, when the call came through no proxy, and to who bears *token*.
    """

    async def healthz(request: Request) -> Response:
        report, is_well = await report_of(service)
        shown = report if _may_see(request, token) else {"status": report["status"]}
        return JSONResponse(shown, _WELL if is_well else _UNWELL, {"Cache-Control": "no-store"})

    async def metrics(request: Request) -> Response:
        if not _may_see(request, token):
            return PlainTextResponse("", _NOT_FOUND)
        await _fill(service)
        return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/metrics", metrics)]


async def report_of(service: Service) -> tuple[dict[str, Any], bool]:
    """Return how the server is, and whether questions can be taken and answered at all."""
    try:
        inbox, outbox = await service.counts()
        store = "ok"
    except DanhoiError as error:
        inbox, outbox, store = {}, {}, str(error)
    published = service.index.published
    doors = {door.name: _door(door) for door in service.doors}
    is_well = store == "ok" and published is not None
    in_trouble = any(door["trouble"] for door in doors.values()) or service.index.trouble
    status = "unwell" if not is_well else "trouble" if in_trouble else "ok"
    report = {
        "status": status,
        "store": store,
        "index": {
            "generation": published.generation if published else "",
            "age_hours": round(_age_seconds(published) / 3600, 1) if published else None,
            "trouble": service.index.trouble,
        },
        "backlog": service.answering.backlog,
        "inbox": dict(inbox),
        "outbox": dict(outbox),
        "doors": doors,
    }
    return report, is_well


def _age_seconds(published: Published) -> float:
    return (now() - published.built_at).total_seconds()


def _door(door: Any) -> dict[str, Any]:
    health = door.health
    return {
        "open": health.opened,
        "trouble": health.trouble,
        "last_contact": _text(health.last_contact),
        **health.notes,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


async def _fill(service: Service) -> None:
    metrics = service.metrics
    metrics.backlog.set(service.answering.backlog)
    with suppress(DanhoiError):  # ``danhoi_store_refused`` tells
        _, outbox = await service.counts()
        for state, count in outbox.items():
            metrics.outbox.labels(state).set(count)
    for door in service.doors:
        metrics.door_open.labels(door.name).set(door.health.opened)
    if published := service.index.published:
        metrics.index_age_seconds.set(_age_seconds(published))


def _may_see(request: Request, token: str) -> bool:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(bearer.encode(), token.encode()):
        return True
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:  # a Unix socket, or the test client
        return False
