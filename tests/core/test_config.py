"""Settings: from the defaults, the file, the environment; what cannot be understood is told in one line."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from wiki import config, create_app
from wiki.config import SettingError


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path


def load(instance: Path, **environ: str) -> dict[str, Any]:
    return config.load({"KAIRAN_INSTANCE_PATH": str(instance)} | {f"KAIRAN_{k}": v for k, v in environ.items()})


def refusal(instance: Path, **environ: str) -> str:
    with pytest.raises(SettingError) as raised:
        load(instance, **environ)
    message = str(raised.value)
    assert len(message.splitlines()) == 1
    return message


def test_without_anything_said_the_defaults_hold(instance: Path) -> None:
    values = load(instance)
    assert values["DATABASE_URL"] == f"sqlite:///{instance / 'kairan.sqlite'}"
    assert values["MAIL_FROM"] == "noreply@127.0.0.1"
    assert values["WORKERS"] == 2
    assert values["SQLITE_SYNCHRONOUS"] == "FULL"


def test_the_file_goes_before_the_defaults_and_the_environment_before_the_file(instance: Path) -> None:
    (instance / "config.py").write_text("CITY_NAME = '見本町'\nWORKERS = 3\nlower_case = 'is ours'\n", "utf-8")
    values = load(instance, WORKERS="4")
    assert (values["CITY_NAME"], values["WORKERS"]) == ("見本町", 4)


def test_the_sender_of_mail_follows_the_address_of_the_site(instance: Path) -> None:
    assert load(instance, BASE_URL="https://kairan.example.jp")["MAIL_FROM"] == "noreply@kairan.example.jp"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("WORKERS", "8", 8),
        ("WRITE_LOCK_SECONDS", "0.5", 0.5),
        ("RATE_LIMITS", "off", False),
        ("RATE_LIMITS", "0", False),
        ("RATE_LIMITS", "True", True),
        ("SITE_NAME", "", ""),
    ],
)
def test_the_environment_speaks_in_words(instance: Path, name: str, text: str, value: object) -> None:
    found = load(instance, **{name: text})[name]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [("WORKERS", "two"), ("WORKERS", "2.5"), ("WORKERS", ""), ("WRITE_LOCK_SECONDS", "1,5"), ("RATE_LIMITS", "maybe")],
)
def test_a_value_of_the_wrong_type_is_named(instance: Path, name: str, text: str) -> None:
    message = refusal(instance, **{name: text})
    assert f"KAIRAN_{name}" in message
    assert repr(text) in message


@pytest.mark.parametrize("line", ["WORKERS = 'two'", "RATE_LIMITS = 'off'", "CITY_NAME = 3", "SMTP_URL = None"])
def test_a_value_of_the_wrong_type_in_the_file_is_named(instance: Path, line: str) -> None:
    (instance / "config.py").write_text(line)
    message = refusal(instance)
    assert line.split()[0] in message
    assert "config.py" in message


def test_a_whole_number_will_do_for_seconds(instance: Path) -> None:
    (instance / "config.py").write_text("WRITE_LOCK_SECONDS = 5\n")
    assert load(instance)["WRITE_LOCK_SECONDS"] == 5


def test_an_unknown_name_in_the_file_is_named(instance: Path) -> None:
    (instance / "config.py").write_text("SMPT_URL = 'smtp://mail'\n")
    message = refusal(instance)
    assert "SMPT_URL" in message
    assert "config.py" in message


@pytest.mark.parametrize("content", ["SITE_NAME = ", "1/0", "import no_such_module", "raise ValueError('a\\nb')"])
def test_a_file_that_does_not_run_is_told_in_one_line(instance: Path, content: str) -> None:
    (instance / "config.py").write_text(content)
    assert "config.py" in refusal(instance)


@pytest.mark.parametrize("url", ["kairan.sqlite", "postgresql+psycopg//x", "mysql+none://x/y"])
def test_a_database_address_that_cannot_be_understood_is_told_in_one_line(instance: Path, url: str) -> None:
    assert "KAIRAN_DATABASE_URL" in refusal(instance, DATABASE_URL=url)


def test_the_key_is_made_once_and_for_the_owner_alone(instance: Path) -> None:
    first = config.secret_key(instance)
    assert len(first) >= 48
    assert config.secret_key(instance) == first
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in instance.iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    start = Barrier(6)

    def ask(folder: Path) -> str:
        start.wait(20)
        return config.secret_key(folder)

    with ThreadPoolExecutor(6) as pool:
        for number in range(40):
            folder = tmp_path / str(number)
            folder.mkdir()
            keys = set(pool.map(ask, [folder] * 6))
            assert len(keys) == 1
            assert len(keys.pop()) >= 48


def test_an_empty_key_is_not_signed_with(instance: Path) -> None:
    (instance / "secret_key").touch()
    with pytest.raises(SettingError, match="secret_key"):
        config.secret_key(instance)


def test_the_application_signs_with_the_kept_key_unless_told_another(instance: Path) -> None:
    quiet = {"INSTANCE_PATH": str(instance), "DATABASE_URL": f"sqlite:///{instance / 'kairan.sqlite'}"}
    assert create_app(quiet | {"SECRET_KEY": ""}).secret_key == config.secret_key(instance)
    assert create_app(quiet | {"SECRET_KEY": "another"}).secret_key == "another"


def test_the_site_answers_under_its_own_names_only() -> None:
    values = {"BASE_URL": "https://kairan.example.jp", "TRUSTED_HOSTS": " www.example.jp ,,"}
    assert config.trusted_hosts(values) == ["127.0.0.1", "[::1]", "kairan.example.jp", "localhost", "www.example.jp"]


def test_a_database_file_named_relative_to_the_instance_has_its_lock_beside_it(
    instance: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    app = create_app({"INSTANCE_PATH": str(instance), "DATABASE_URL": "sqlite:///kairan.sqlite", "SECRET_KEY": "x"})
    assert app.test_client().get("/readyz").status_code == 503  # no tables yet
    assert (instance / "kairan.sqlite.lock").exists()
    assert list(Path.cwd().iterdir()) == []
