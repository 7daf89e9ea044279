"""Every setting is documented, and every setting that the code reads exists."""

from __future__ import annotations

import re
from pathlib import Path

from wiki.config import PREFIX, SETTINGS

ROOT = Path(__file__).parents[1]
#: What Flask and its extensions call by these names; set in code, not by the operator.
OF_LIBRARIES = re.compile(r"SESSION_|PERMANENT_|WTF_|RATELIMIT_|SQLALCHEMY_|BABEL_|MAX_|TESTING")


def documented() -> dict[str, str]:
    """Name and meaning of each row of docs/settings.md."""
    rows = re.findall(r"^\| `KAIRAN_(\w+)` \| .*? \| (.*?) \|$", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
    return dict(rows)


def test_the_settings_page_tells_every_setting_and_its_meaning() -> None:
    assert documented() == {setting.name: setting.meaning for setting in SETTINGS}


def test_the_code_reads_no_setting_that_does_not_exist() -> None:
    known = {setting.name for setting in SETTINGS}
    for path in (ROOT / "wiki").rglob("*.py"):
        for name in re.findall(r'(?:config|values)\[f?"([A-Z_]+)"\]', path.read_text("utf-8")):
            assert name in known or OF_LIBRARIES.match(name), f"{path}: {name}"


def test_nothing_reads_the_environment_but_the_configuration() -> None:
    for path in (ROOT / "wiki").rglob("*.py"):
        if path.name != "config.py":
            assert PREFIX not in path.read_text("utf-8").replace("KAIRAN_SMTP_URL", "").replace(
                "KAIRAN_DATABASE_URL", ""
            ), path
