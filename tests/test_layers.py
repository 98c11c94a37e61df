"""One direction: bot → handlers → index → knowledge."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ["bot", "handlers", "index", "knowledge"]  # upper first


def imported_packages(path: Path) -> set[str]:
    """Return the first part of every absolute import anywhere in the file, inside functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    from_ = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    return {name.split(".")[0] for name in plain | from_}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_the_layers_below_it(layer):
    above = set(LAYERS[: LAYERS.index(layer)])
    for path in (ROOT / layer).rglob("*.py"):
        assert not imported_packages(path) & above, f"{path.relative_to(ROOT)} reaches upwards"


@pytest.mark.parametrize("layer", LAYERS)
def test_an_init_file_holds_only_a_docstring(layer):
    for path in (ROOT / layer).rglob("__init__.py"):
        (only,) = ast.parse(path.read_text(encoding="utf-8")).body
        assert isinstance(only, ast.Expr), path.relative_to(ROOT)


def test_only_the_settings_read_the_environment():
    readers = {
        path.relative_to(ROOT).as_posix()
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*.py")
        if {"environ", "getenv"} & names_in(path)
    }

    assert readers == {"bot/settings.py"}


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
