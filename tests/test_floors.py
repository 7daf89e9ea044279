"""A room imports only from lower floors: read from the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

WIKI = Path(__file__).parents[1] / "wiki"

FLOORS: dict[str, int] = {
    "core": 1,
    "text": 1,
    "ledger": 2,
    "accounts": 3,
    "pages": 4,
    "attachments": 5,
    "collections": 5,
    "proposals": 5,
    "suggestions": 5,
    "comments": 6,
    "answers": 7,
    "intake": 7,
    "moderation": 7,
    "search": 8,
    "notices": 8,
    "consultations": 8,
    "insight": 9,
    "front": 10,
    "desk": 10,
    "exchange": 10,
    "sample": 10,
}
#: What stands beside the rooms, in wiki/ itself, may import all of them; migrations are history.
ROOF = {"migrations", "translations"}
VOCABULARY = {
    "__init__",
    "models",
    "queries",
    "policy",
    "service",
    "forms",
    "views",
    "listeners",
    "jobs",
    "cli",
}


def rooms() -> list[str]:
    return sorted(path.name for path in WIKI.iterdir() if (path / "__init__.py").exists() and path.name not in ROOF)


def imports_of(path: Path) -> set[str]:
    """The rooms of Kairan that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("wiki.") and name.count(".")}
    return found & FLOORS.keys()


def test_every_room_stands_on_a_floor() -> None:
    assert set(rooms()) == FLOORS.keys()


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_from_lower_floors(room: str) -> None:
    wrong = [
        f"{path.relative_to(WIKI)} imports {other}"
        for path in (WIKI / room).rglob("*.py")
        for other in imports_of(path) - {room}
        if FLOORS[other] >= FLOORS[room]
    ]
    assert not wrong


def test_the_text_layer_knows_neither_flask_nor_the_database() -> None:
    for path in (WIKI / "text").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in modules if name.split(".")[0] in {"flask", "sqlalchemy", "flask_babel"}], path


def test_only_the_sanitizer_imports_bleach_and_only_it_makes_markup() -> None:
    for path in WIKI.rglob("*.py"):
        source = path.read_text("utf-8")
        if path != WIKI / "text/sanitize.py":
            assert "import bleach" not in source, path
            assert "from bleach" not in source, path
            assert "Markup(" not in source, path
    for path in (WIKI.parent / "templates").rglob("*"):
        if path.is_file():
            assert "|safe" not in path.read_text("utf-8").replace(" ", ""), path


def test_services_and_queries_never_commit() -> None:
    for name in ("service.py", "queries.py", "policy.py"):
        for path in WIKI.rglob(name):
            if path.parent.name != "sample":
                source = path.read_text("utf-8")
                assert "session.commit(" not in source, path
                assert "transaction()" not in source, path


def test_no_file_has_grown_too_long_to_read() -> None:
    long = {
        str(path.relative_to(WIKI.parent)): count
        for path in [*WIKI.rglob("*.py"), *(WIKI.parent / "templates").rglob("*.html")]
        if "migrations" not in path.parts and (count := len(path.read_text("utf-8").splitlines())) > 330
    }
    assert not long
