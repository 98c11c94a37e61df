"""
What answering threads read must be known to msgspec before the first of them starts.

Two threads that are the first to decode a type crash the process now and then (msgspec 0.22): one meets
what the other has half prepared. It happened to a server with a backlog, as soon as it was started.
"""

from __future__ import annotations

import subprocess
import sys

# In a fresh interpreter: here other tests may have decoded all of it.
_SCRIPT = """
import index.search  # the process that finds answers
from bot.serving import service
from bot.messaging.model import Button, Outgoing
from handlers.answers import Choice, Source
from handlers.state import ConversationState
from knowledge.records import QA, Contact, Guide, Office, Procedure

read = (Outgoing, Button, ConversationState, Choice, Source, QA, Contact, Guide, Office, Procedure)
print(*(kind.__name__ for kind in read if "__msgspec_cache__" not in vars(kind)))
"""


def test_every_type_that_threads_decode_is_prepared_when_the_program_is_imported():
    found = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )

    assert found.stdout.split() == []
