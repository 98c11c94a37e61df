import msgspec
import pytest

from benchmarks import results
from benchmarks.results import Figure, Result, at_least, at_most, save, write_between, write_page
from bot.evaluation_tables import Grid

GRID = Grid("Hits", ("", "hit@1"), (("everyday", "0.900"),))


def a_result(part: str, value: float) -> Result:
    return Result(
        part=part,
        command="python -m benchmarks.run",
        made_at="2026-07-20T00:00:00+00:00",
        machine="2 cores",
        versions={"python": "3.11"},
        data_sha256={"questions": "0" * 64},
        figures=(at_most("import", value, 60, "s"), Figure("records", "7")),
        tables=(GRID,),
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(results, "PAGE", tmp_path / "RESULTS.md")
    return tmp_path


def test_a_goal_is_met_at_its_very_value():
    assert at_most("time", 60.0, 60, "s") == Figure("time", "60 s", "≤ 60 s", True)
    assert at_most("time", 60.1, 60, "s").met is False
    assert at_least("hit@1", 0.92, 0.92).met is True
    assert at_least("hit@1", 0.919, 0.92).met is False


def test_the_page_holds_measured_value_goal_command_and_machine(folder):
    save(a_result("speed", 12.5))

    write_page()

    page = (folder / "RESULTS.md").read_text("utf-8")
    assert "| import | 12.5 s | ≤ 60 s | yes |" in page
    assert "| records | 7 |  |  |" in page
    assert "`python -m benchmarks.run`, 2026-07-20T00:00:00+00:00; 2 cores; python 3.11" in page
    assert "| everyday | 0.900 |" in page


def test_a_missed_goal_stands_out(folder):
    save(a_result("speed", 61.0))

    write_page()

    assert "| import | 61 s | ≤ 60 s | **no** |" in (folder / "RESULTS.md").read_text("utf-8")


def test_the_page_shows_the_latest_file_of_each_part(folder):
    (folder / "results").mkdir()
    earlier = folder / "results" / "2020-01-01-speed.json"
    earlier.write_bytes(msgspec.json.encode(a_result("speed", 33.0)))
    save(a_result("speed", 12.5))
    save(a_result("rivals", 44.0))

    write_page()

    page = (folder / "RESULTS.md").read_text("utf-8")
    assert "12.5 s" in page
    assert "44 s" in page
    assert "33 s" not in page


def test_tables_are_written_between_the_marks_again_and_again(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- hits -->\nold\n<!-- /hits -->\nbelow\n", "utf-8")

    write_between(page, "hits", (GRID,))
    once = page.read_text("utf-8")
    write_between(page, "hits", (GRID,))

    assert page.read_text("utf-8") == once
    assert once.startswith("above\n")
    assert once.endswith("below\n")
    assert "old" not in once
    assert "**Hits**" in once


def test_a_page_without_marks_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("nothing", "utf-8")

    with pytest.raises(ValueError, match="has no marks"):
        write_between(page, "hits", (GRID,))
