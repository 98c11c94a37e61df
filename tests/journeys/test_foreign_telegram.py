"""The served Telegram door before a Telegram server that was written elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.settings import TelegramSettings
from handlers import messages
from handlers.messages_doors import beside_buttons
from tests import foreign_telegram
from tests.house import SmallApp
from tests.record_samples import a_procedure, an_office
from tests.serving import serving, settings_for
from tests.visitors import until

pytestmark = pytest.mark.skipif(
    foreign_telegram.missing() is not None, reason=str(foreign_telegram.missing())
)

CHAT = 42
RECORDS = [
    a_procedure("9.000002", title="Cấp lại thẻ căn cước"),
    a_procedure("9.000003", title="Cấp đổi thẻ căn cước"),
    an_office(),
]


@pytest.fixture
def telegram(tmp_path, monkeypatch):
    """Serve the door at the foreign server; give the citizens' side of it."""
    monkeypatch.setattr("bot.doors.telegram_api.QuietRequest", foreign_telegram.ForeignQuietRequest)
    with foreign_telegram.running() as foreign:
        home = tmp_path / "var"
        home.mkdir()
        settings = replace(
            settings_for(home), telegram=TelegramSettings(foreign_telegram.TOKEN, foreign.address)
        )
        app = SmallApp(settings, today=lambda: date(2026, 7, 20), records=RECORDS)
        with serving(app):
            yield foreign


def test_a_citizen_is_greeted_asks_chooses_and_reads_the_answer(telegram):
    telegram.text(CHAT, "/start")
    assert until(lambda: any(text.startswith("Kính chào") for text in telegram.answers(CHAT)))

    telegram.text(CHAT, "căn cước mất bao nhiêu tiền")
    which_one = beside_buttons(messages.WHICH_ONE)
    assert until(lambda: any(which_one in text for text in telegram.answers(CHAT)))

    telegram.press(CHAT, "2. Cấp đổi thẻ căn cước")
    assert until(lambda: any("Nguồn: Cấp đổi thẻ căn cước" in text for text in telegram.answers(CHAT)))
    assert "8.000 đồng" in telegram.answers(CHAT)[-1]
    assert len(telegram.answers(CHAT)) == 3
