"""The rich editor's own tests, which are JavaScript: what it saves, on the five reports and on tricky Markdown."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_what_the_rich_editor_saves_is_what_was_there_and_what_was_changed() -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/@milkdown/kit").exists():
        pytest.skip("no Node 20 with its packages (make rich)")
    told = subprocess.run(
        [node, "--test", "--test-reporter=tap", "tests/pages/rich/"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "# fail 0" in told.stdout and "# pass 0" not in told.stdout
