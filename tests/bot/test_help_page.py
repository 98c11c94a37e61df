"""What staff read of a command before they run it."""

import re

import pytest

from bot.cli import cli

PAGES = (
    [],
    *([name] for name in cli.commands),
    ["knowledge", "import"],
    ["knowledge", "check"],
    ["index", "build"],
    ["questions", "show"],
)
ENGLISH = re.compile(
    r"\b(?:usage|options?|commands?|args|show|message|exit|default|integer|file|text|query)\b", re.I
)


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_a_help_page_is_vietnamese_throughout(danhoi, page):
    shown = danhoi(*page, "--help").stdout
    # Names of options and commands, examples and JSON stay as they are typed.
    told = "\n".join(line for line in shown.splitlines() if "danhoi " not in line and "{" not in line)
    told = re.sub(r"--[a-z]+|^  [a-z]+  ", "", told, flags=re.MULTILINE)

    assert shown.startswith(f"Cách dùng: {' '.join(['danhoi', *page])}")
    assert not ENGLISH.findall(told)


@pytest.mark.parametrize("group", [[], ["knowledge"], ["index"], ["lexicon"], ["questions"]], ids=" ".join)
def test_a_list_of_commands_cuts_no_sentence(danhoi, group):
    assert "..." not in danhoi(*group, "--help").stdout


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_an_example_stands_on_one_line_to_be_pasted(danhoi, page):
    lines = danhoi(*page, "--help").stdout.splitlines()
    examples = [n for n, line in enumerate(lines) if re.match(r"      (danhoi|echo) ", line)]

    assert [lines[n + 1] for n in examples if lines[n + 1]] == []
