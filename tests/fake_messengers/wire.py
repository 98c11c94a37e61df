"""What all fake messengers share: HTTP, the log of calls, faults, and waiting until something happens.

The state of a fake belongs to one lock. Tests change it from their own thread, calls from the server's loop;
``ring`` wakes both, those who poll and those who wait in a test.
"""

from __future__ import annotations

import asyncio
import email.parser
import email.policy
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import IO, Any, ClassVar
from urllib.parse import parse_qsl

import msgspec

from tests.fake_messengers.faults import Fault, Faults
from tests.fake_messengers.rules import Limit, Rules

Params = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

CONTROL = "/__control/"


class Refused(Exception):
    """The messenger refuses a call, in its own words."""

    def __init__(self, code: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(code, description)
        self.code, self.description, self.retry_after = code, description, retry_after


class Gone(Exception):
    """The caller hung up before there was an answer."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    body: bytes
    status: int = 200
    content_type: bytes = b"application/json"


@dataclass
class Call:
    """One call as it was received; ``outcome`` is ok, refused, gone, held or the name of a fault."""

    at: float
    method: str
    params: Params
    outcome: str = "held"
    status: int | None = None
    answered_at: float | None = None


class Request:
    """One HTTP request, with its body read."""

    def __init__(self, scope: Scope, receive: Receive, body: bytes) -> None:
        self.path: str = scope["path"]
        self.body = body
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.query: bytes = scope["query_string"]
        self.gone = False
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None

    def params(self) -> Params:
        """Read the parameters from query, JSON, form or multipart. Raises ``ValueError``."""
        found: Params = dict(parse_qsl(self.query.decode(), keep_blank_values=True)) if self.query else {}
        kind = self.headers.get("content-type", "")
        if not self.body:
            return found
        if kind.startswith("application/json"):
            decoded = msgspec.json.decode(self.body)
            if not isinstance(decoded, dict):
                raise ValueError("not an object")
            return found | decoded
        if kind.startswith("multipart/form-data"):
            return found | _multipart(kind, self.body)
        return found | dict(parse_qsl(self.body.decode(), keep_blank_values=True, errors="strict"))

    def watch(self, hung_up: Callable[[], None]) -> None:
        """From now on, notice when the caller hangs up."""
        if self._watch is None:
            self._watch = asyncio.ensure_future(self._until_gone(hung_up))

    async def _until_gone(self, hung_up: Callable[[], None]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        hung_up()

    async def drop(self) -> None:
        """Close the connection without another byte. uvicorn's ``receive`` is a method of the exchange."""
        self._receive.__self__.transport.abort()  # type: ignore[attr-defined]
        while not self.gone and (await self._receive())["type"] != "http.disconnect":
            pass

    def close(self) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.cancel()


class Fake:
    """A messenger's server. Subclasses say how a path names a method and what each method does."""

    controls: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        limits: Mapping[str, Limit],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.clock, self.wall = clock, wall
        self.faults = Faults()
        self.rules = Rules(clock, limits)
        self.calls: list[Call] = []
        self.journal: IO[str] | None = None
        self.closing = False
        self.hang_ups = 0
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._waiters: list[asyncio.Future[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._released = 0
        self._tasks: set[asyncio.Task[None]] = set()

    # What a messenger has to say.

    def route(self, request: Request) -> str:
        """Give the method that a request calls; raises ``Refused``."""
        raise NotImplementedError

    async def perform(self, method: str, params: Params, request: Request) -> Reply:
        """Carry out a call; raises ``Refused``."""
        raise NotImplementedError

    def refusal(self, refused: Refused, real_status: bool | None = None) -> Reply:
        """Say no in the messenger's envelope."""
        raise NotImplementedError

    def caller(self, method: str, params: Params) -> tuple[str, str]:
        """Name who is told to wait by a 429: by default this method for this chat."""
        return method, str(params.get("chat_id", ""))

    async def deliver_webhooks(self) -> None:
        """Run as long as the server does; a messenger that calls webhooks overrides this."""

    def state(self) -> object:
        """Give what a test in another process may want to know."""
        raise NotImplementedError

    # Waiting.

    def ring(self) -> None:
        """Wake everybody who waits for a change."""
        with self.lock:
            self._changed.notify_all()
            waiters, self._waiters = self._waiters, []
            loop = self._loop
        if loop is not None and not loop.is_closed():
            for waiter in waiters:
                loop.call_soon_threadsafe(_wake, waiter)

    async def until(self, ready: Callable[[], bool], within_s: float | None = None) -> bool:
        """Wait in the server's loop until ``ready``; False when the time is over or the fake closes."""
        loop = asyncio.get_running_loop()
        self._loop = loop
        end = None if within_s is None else loop.time() + within_s
        while True:
            with self.lock:
                if ready():
                    return True
                if self.closing or (end is not None and loop.time() >= end):
                    return False
                waiter: asyncio.Future[None] = loop.create_future()
                self._waiters.append(waiter)
            await asyncio.wait((waiter,), timeout=None if end is None else end - loop.time())

    def wait_for(self, ready: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait in a test until ``ready`` is true; raises ``TimeoutError``."""
        with self._changed:
            if not self._changed.wait_for(ready, timeout):
                raise TimeoutError("the messenger never saw that")

    def hung_up(self) -> None:
        """Take note that a caller hung up before it had its answer."""
        with self.lock:
            self.hang_ups += 1
        self.ring()

    def release(self) -> None:
        """Let go every call that is held by ``slow`` or ``black_hole``."""
        with self.lock:
            self._released += 1
        self.ring()

    def close(self) -> None:
        """End all waiting, so that the server can stop."""
        self.closing = True
        self.ring()

    # HTTP.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as an ASGI application."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        body, more = b"", True
        while more:
            event = await receive()
            body, more = body + event.get("body", b""), event.get("more_body", False)
        request = Request(scope, receive, body)
        try:
            if request.path.startswith(CONTROL):
                reply = self._control(request)
            else:
                reply = await self._answer(request)
        except Gone:
            await request.drop()
            return
        finally:
            request.close()
        length = str(len(reply.body)).encode()
        headers = [(b"content-type", reply.content_type), (b"content-length", length)]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._loop = asyncio.get_running_loop()
        self.closing = False
        task = asyncio.create_task(self.deliver_webhooks())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        task.cancel()
        await asyncio.gather(task, *self._tasks, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, request: Request) -> Reply:
        try:
            method = self.route(request)
            params = request.params()
        except Refused as refused:
            self._finish(
                Call(self.clock(), request.path.rpartition("/")[2], {}), "refused", refused.code, log=True
            )
            return self.refusal(refused)
        except (ValueError, msgspec.MsgspecError):
            return self.refusal(Refused(400, "Bad Request: can't parse the request"))
        call = Call(self.clock(), method, params)
        caller = self.caller(method, params)
        with self.lock:
            self.calls.append(call)
            self.rules.came_back(caller)
        self.ring()
        fault = self.faults.take(method, caller[1])
        try:
            reply = await (
                self._carry_out(call, request) if fault is None else self._harm(fault, call, request)
            )
        except Gone:
            self._finish(call, "gone" if fault is None else fault.kind, None)
            raise
        if fault is not None:
            self._finish(call, fault.kind, reply.status)
        return reply

    async def _carry_out(self, call: Call, request: Request) -> Reply:
        try:
            reply = await self.perform(call.method, call.params, request)
        except Refused as refused:
            if refused.retry_after is not None:
                self.rules.told_to_wait(self.caller(call.method, call.params), refused.retry_after)
            reply = self.refusal(refused)
            self._finish(call, "refused", refused.code)
        else:
            self._finish(call, "ok", reply.status)
        return reply

    async def _harm(self, fault: Fault, call: Call, request: Request) -> Reply:
        reply = await self._carry_out(call, request) if fault.accepted else None
        if fault.kind in {"slow", "black_hole"}:
            await self._hold(request)
            if fault.kind == "slow":
                return reply or await self._carry_out(call, request)
            raise Gone
        if fault.kind == "drop":
            raise Gone
        if fault.kind == "html":
            page = f"<html><head><title>{fault.status}</title></head><body>Bad Gateway</body></html>"
            return Reply(page.encode(), fault.status, b"text/html")
        if fault.kind == "malformed":
            return Reply(b'{"ok":true,"result":{"message_id":1')
        if fault.retry_after is not None:
            self.rules.told_to_wait(self.caller(call.method, call.params), fault.retry_after)
        words = fault.description or _WORDS.get(fault.status, "Error")
        return self.refusal(Refused(fault.status, words, fault.retry_after), fault.real_status)

    async def _hold(self, request: Request) -> None:
        request.watch(self.hung_up)
        seen = self._released
        await self.until(lambda: self._released != seen or request.gone)
        if request.gone or self.closing:
            raise Gone

    def _finish(self, call: Call, outcome: str, status: int | None, *, log: bool = False) -> None:
        call.outcome, call.status, call.answered_at = outcome, status, self.clock()
        with self.lock:
            if log:
                self.calls.append(call)
            if self.journal is not None:
                self.journal.write(msgspec.json.encode(call).decode() + "\n")
                self.journal.flush()
        self.ring()

    def _control(self, request: Request) -> Reply:
        name = request.path.removeprefix(CONTROL)
        try:
            result = self._controlled(name, request)
        except (TypeError, ValueError, LookupError, msgspec.MsgspecError) as error:
            return Reply(msgspec.json.encode({"error": f"{type(error).__name__}: {error}"}), 400)
        return Reply(msgspec.json.encode({"result": _plain(result)}))

    def _controlled(self, name: str, request: Request) -> object:
        if name == "batch":
            return [self.do(**step) for step in msgspec.json.decode(request.body)]
        return self.do(name, **request.params())

    def do(self, do: str, **kwargs: Any) -> object:
        """Do what a control route names: one of ``controls`` or a common one."""
        if do == "state":
            return self.state()
        if do == "calls":
            return self.calls[int(kwargs.get("since", 0)) :]
        if do == "violations":
            return self.rules.violations
        if do == "counts":
            return dict(self.rules.counts)
        orders: dict[str, Callable[..., None]] = {
            "fault": self._fault,
            "clear_faults": self.faults.clear,
            "release": self.release,
        }
        if do in orders:
            orders[do](**kwargs)
            return None
        if do in self.controls:
            return getattr(self, do)(**kwargs)
        raise LookupError(do)

    def _fault(
        self, method: str, fault: Params, times: int | None = None, share: float = 1.0, seed: int = 0
    ) -> None:
        built = Fault(**fault)
        if times is not None:
            self.faults.queue(method, built, times)
        else:
            self.faults.randomly(method, built, share, seed)


_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _multipart(kind: str, body: bytes) -> Params:
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found: Params = {}
    for part in parsed.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content: Any = part.get_payload(decode=True)
        found[name] = content if part.get_filename() else content.decode()
    return found
