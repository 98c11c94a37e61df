"""Goal R3: whatever instant the power goes, what was acknowledged is there and nothing is half done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlite_utils import Database

from knowledge.database import configure
from knowledge.passages import RecordKind
from knowledge.store import KnowledgeStore
from tests import power_loss
from tests.record_samples import a_contact, a_guide, a_procedure, a_qa, an_office


def the_knowledge_workload(rounds: int) -> Sequence[power_loss.Step]:
    """Imports, changes and removals as staff make them, over all the tables of the store."""

    def several(number: int) -> power_loss.Step:
        procedures = [a_procedure(f"9.{number:03}{place:03}") for place in range(4)]
        raw = {(RecordKind.PROCEDURE, each.code): f'{{"{each.code}": 1}}'.encode() for each in procedures}
        return lambda database: KnowledgeStore(database).save([*procedures, a_guide(f"g{number}")], raw)

    def change(number: int) -> power_loss.Step:
        changed = a_procedure(f"9.{number:03}000", title=f"Tên mới {number}", note="ghi chú " * 900)
        return lambda database: KnowledgeStore(database).save([changed, a_contact(name=f"Tên {number}")])

    def remove(number: int) -> power_loss.Step:
        return lambda database: KnowledgeStore(database).remove(RecordKind.PROCEDURE, f"9.{number:03}001")

    steps: list[power_loss.Step] = [lambda database: KnowledgeStore(database).save([an_office(), a_qa()])]
    for number in range(rounds):
        steps += [several(number), change(number), remove(number)]
    return steps


def with_synchronous(setting: str) -> power_loss.Step:
    def prepare(database: Database) -> None:
        configure(database)
        database.execute(f"PRAGMA synchronous = {setting}")

    return prepare


def examined(
    folder: Path, rounds: int, variants: int, prepare: power_loss.Step = configure
) -> power_loss.Verdict:
    recorded, rebuilt = folder / "recorded", folder / "rebuilt"
    recorded.mkdir()
    rebuilt.mkdir()
    recording = power_loss.record(KnowledgeStore, the_knowledge_workload(rounds), recorded, prepare)
    return power_loss.check(recording, KnowledgeStore, rebuilt, variants=variants)


def test_no_power_cut_loses_an_acknowledged_record_or_corrupts_the_store(tmp_path):
    verdict = examined(tmp_path, rounds=2, variants=3)
    assert verdict.examples == []
    assert verdict.states > 500


@pytest.mark.soak
def test_no_power_cut_of_fifty_thousand_loses_an_acknowledged_record(tmp_path):
    verdict = examined(tmp_path, rounds=25, variants=24)
    assert verdict.examples == []
    assert verdict.states >= 50_000


def test_the_simulator_sees_corruption_when_nothing_is_synced(tmp_path):
    """Without this one, a simulator that never finds anything would pass the tests above."""
    verdict = examined(tmp_path, rounds=1, variants=2, prepare=with_synchronous("OFF"))
    assert verdict.corrupt > 0
    assert verdict.lost > 0


def test_the_simulator_sees_lost_commits_when_only_checkpoints_are_synced(tmp_path):
    """synchronous=NORMAL keeps the file sound, but a power cut may roll back what was acknowledged."""
    verdict = examined(tmp_path, rounds=1, variants=2, prepare=with_synchronous("NORMAL"))
    assert verdict.lost > 0
    assert verdict.corrupt == 0
