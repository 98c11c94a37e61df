"""The documentation is held to what the program does."""

import re
import shlex
from inspect import cleandoc
from pathlib import Path

import click
import pytest

from bot.cli import cli

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def commands(command=cli, path=("danhoi",)):
    """Give (path, command) for the command itself and everything below it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


COMMANDS = dict(commands())
IDS = [" ".join(path) for path in COMMANDS]


def examples(command: click.Command) -> list[str]:
    """Return the lines under "Ví dụ:", as one would paste them."""
    after = cleandoc(command.help or "").partition("Ví dụ:")[2]
    return [line.strip() for line in after.splitlines() if line.startswith("    ")]


@pytest.mark.parametrize("path", COMMANDS, ids=IDS)
def test_every_command_says_in_one_sentence_what_it_does(path):
    first = " ".join(cleandoc(COMMANDS[path].help or "").partition("\n\n")[0].split())

    assert first.endswith(".")
    assert len(first) <= 110


@pytest.mark.parametrize("path", COMMANDS, ids=IDS)
def test_every_command_has_an_example_that_its_own_options_accept(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = examples(COMMANDS[path])

    assert lines
    for line in lines:
        words = shlex.split(line.rpartition(" | ")[2])
        command = cli
        assert words[0] == "danhoi"
        rest = words[1:]
        while isinstance(command, click.Group) and rest and rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        for word in rest:
            if "." in word and "/" not in word:
                Path(word).touch()  # a file that the example names
        command.make_context(line, rest)  # raises when it would be refused


@pytest.mark.parametrize(
    "path", [path for path, command in COMMANDS.items() if not isinstance(command, click.Group)], ids=" ".join
)
def test_every_command_stands_in_the_readme(path):
    assert f"`{' '.join(path)}" in README


def test_every_command_in_the_readme_exists():
    named = re.findall(r"(?m)(?:^|`|\| )danhoi ([a-z]+)\b(?: ([a-z]+)\b)?", README)
    groups = {path[1] for path, command in COMMANDS.items() if isinstance(command, click.Group) and path[1:]}

    for first, second in named:
        path = ("danhoi", first, second) if first in groups and second else ("danhoi", first)
        assert path in COMMANDS


@pytest.mark.parametrize("path", COMMANDS, ids=IDS)
def test_every_option_has_a_help_text(path):
    options = [option for option in COMMANDS[path].params if isinstance(option, click.Option)]

    assert [option.name for option in options if not option.help] == []


def test_the_transcript_in_the_readme_is_a_real_answer_word_for_word(home, danhoi):
    (transcript,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    typed, _, shown = transcript.partition("\n")

    assert typed.startswith("$ danhoi ")
    assert danhoi(*shlex.split(typed)[2:]).stdout == shown


def test_what_the_readme_says_of_follow_ups_and_refusals_is_so(home, danhoi):
    result = danhoi("chat", input="lam khai sinh cho con can giay to gi\nthế mất bao nhiêu tiền\n")

    assert result.stdout.count("mã 1.001193") == 2
    assert "không thuộc thủ tục hành chính" in danhoi("ask", "giá vàng hôm nay").stdout


def test_every_make_target_in_the_readme_exists():
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z]+)", README))

    assert named
    assert named <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_every_file_the_readme_links_to_exists():
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
