"""The index that is served, exchanged for a newly published one without missing a question."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.serving.finding import UNREADABLE, Finder, FinderClosed, Published
from bot.serving.trouble import described
from handlers.answering import Answerer, Prepared, without_index
from handlers.answers import Answer, Question
from handlers.conversations import Conversations
from index.files import current_folder
from knowledge.errors import DanhoiError, DatabaseRefused

log = logging.getLogger("danhoi.index")

T = TypeVar("T")

LOOK_EVERY_SECONDS = 2.0
TRY_AGAIN_SECONDS = 20.0  # one that could not be read is verified anew so often


class ServedIndex:
    """
    The index in use. A question keeps the one it began with; the next takes the newest.

    Args:
        index_dir: Where generations are published.
        load: Opens the published one; raises DanhoiError when it cannot be used.
        clock: In seconds.
    """

    def __init__(
        self, index_dir: Path, load: Callable[[], Finder], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._index_dir = index_dir
        self._load = load
        self._clock = clock
        self._try_again_at = 0.0
        self._finder: Finder | None = None
        self._looked_at: tuple[Path | None] | None = None  # None: nothing yet
        self._is_dying = False  # it could not be begun again at the last look
        self.trouble = ""

    @property
    def published(self) -> Published | None:
        """What is served; None while there is no index."""
        return self._finder.published if self._finder else None

    def prepare(self, question: Question, conversations: Conversations) -> Prepared:
        """Find the answer to *question*; see ``Finder``. Without an index that is what the answer says."""
        return self._ask(
            lambda finder: finder.prepare(question, conversations),
            lambda: Answerer(lambda: None, conversations).prepare(question),
        )

    def answer_unstored(self, question: Question) -> Answer:
        """Answer from the index alone; see ``Finder``."""
        return self._ask(lambda finder: finder.answer_unstored(question), without_index)

    def close(self) -> None:
        """Finish the answers that are being found, then serve nothing any more."""
        finder, self._finder = self._finder, None
        if finder:
            finder.close()

    def refresh(self) -> bool:
        """Load what is published if it is not served yet; on any trouble the one in use stays in use."""
        try:
            folder = current_folder(self._index_dir)
            if self._looked_at == (folder,) and not self._is_to_try_again():
                return False
            self._looked_at = (folder,)
            finder = self._load()
        except DanhoiError as error:
            return self._not_taken(str(error), error)
        except Exception as error:  # whatever is wrong with it, the one in use is not
            return self._not_taken(UNREADABLE.format(type(error).__name__), error)
        before, self._finder, self.trouble = self._finder, finder, ""
        log.info("index served", extra={"generation": finder.published.generation})
        if before:
            before.close()
        return True

    def _ask(self, ask: Callable[[Finder], T], without: Callable[[], T]) -> T:
        """Ask the finder in use, or *without* one."""
        while (finder := self._finder) is not None:
            try:
                return ask(finder)
            except FinderClosed:  # exchanged meanwhile
                continue
            except DatabaseRefused:
                raise
            except DanhoiError as error:
                self._lose(finder, error, str(error))
        return without()

    def _revive(self) -> None:
        """Begin again what died while nobody asked, so that who asks next need not wait for it."""
        finder, was_dying, self._is_dying = self._finder, self._is_dying, False
        if finder is None:
            return
        try:
            finder.revive()
        except DanhoiError as error:
            self._lose(finder, error, str(error))
        except Exception as error:  # it died again while it was opened, or there is no memory for a process
            log.error("index not opened", extra={"error": described(error)})
            if was_dying:  # nobody may be told that all is well
                self._lose(finder, error, UNREADABLE.format(type(error).__name__))
            else:
                self._is_dying = True

    def _lose(self, finder: Finder, error: Exception, trouble: str) -> None:
        """Serve *finder* no longer: it died, and the index cannot be opened any more."""
        if self._finder is finder:
            self._finder = self._looked_at = None
            self._not_taken(trouble, error)
        finder.close()  # who still waits for it must not open an index that is nobody's

    def _is_to_try_again(self) -> bool:
        """A new one is looked at as soon as it is there; one that could not be used, now and then."""
        return bool(self.trouble) and (self._finder is None or self._clock() >= self._try_again_at)

    def _not_taken(self, trouble: str, error: Exception) -> bool:
        self._try_again_at = self._clock() + TRY_AGAIN_SECONDS
        if self.trouble != trouble:
            self.trouble = trouble
            log.error("index not taken", extra={"error": described(error)})
        return False

    async def watch(self) -> None:
        """Look for a new index until cancelled; it is loaded beside the one in use."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            await asyncio.to_thread(self._revive)
            await asyncio.to_thread(self.refresh)
