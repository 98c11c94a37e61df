"""The index that is served, exchanged for a newly published one without missing a question."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.serving.trouble import described
from index.generation import current_folder
from knowledge.errors import DanhoiError

if TYPE_CHECKING:
    from index.search import Searcher

log = logging.getLogger("danhoi.index")

LOOK_EVERY_SECONDS = 2.0
TRY_AGAIN_SECONDS = 20.0  # one that could not be read is verified anew so often
_UNREADABLE = "Không mở được chỉ mục ({}). Hãy chạy: danhoi doctor"


class ServedIndex:
    """
    The searcher in use. A question keeps the one it began with; the next takes the newest.

    Args:
        index_dir: Where generations are published.
        load: Opens the published one; raises DanhoiError when it cannot be used.
        clock: In seconds.
    """

    def __init__(
        self, index_dir: Path, load: Callable[[], Searcher], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._index_dir = index_dir
        self._load = load
        self._clock = clock
        self._try_again_at = 0.0
        self._searcher: Searcher | None = None
        self._looked_at: tuple[Path | None] | None = None  # None: nothing yet
        self.trouble = ""

    def searcher(self) -> Searcher | None:
        """Return what questions are answered with now; None while there is no index."""
        return self._searcher

    @property
    def generation(self) -> str:
        return self._searcher.generation.generation_id if self._searcher else ""

    @property
    def built_at(self) -> datetime | None:
        return (
            datetime.fromisoformat(self._searcher.generation.manifest.created_at) if self._searcher else None
        )

    def refresh(self) -> bool:
        """Load what is published if it is not served yet; on any trouble the one in use stays in use."""
        try:
            folder = current_folder(self._index_dir)
            if self._looked_at == (folder,) and not self._is_to_try_again():
                return False
            self._looked_at = (folder,)
            searcher = self._load()
        except DanhoiError as error:
            return self._not_taken(str(error), error)
        except Exception as error:  # whatever is wrong with it, the one in use is not
            return self._not_taken(_UNREADABLE.format(type(error).__name__), error)
        self._searcher, self.trouble = searcher, ""
        log.info("index served", extra={"generation": self.generation})
        return True

    def _is_to_try_again(self) -> bool:
        """A new one is looked at as soon as it is there; one that could not be used, now and then."""
        return bool(self.trouble) and (self._searcher is None or self._clock() >= self._try_again_at)

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
            await asyncio.to_thread(self.refresh)
