"""Settings from the environment: parsing, the secret, client addresses, production checks."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from codecraft import environment as env
from codecraft.common.client_address import client_address
from tests.web.studio_process import ROOT


def ask_settings(tmp_path: Path, expression: str, **variables: str) -> str:
    """What a fresh process with these variables finds in its settings."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    code = f"from django.conf import settings; print(({expression}))"
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "codecraft.settings",
        "STUDIO_DATA_DIR": str(tmp_path),
        "STUDIO_ENV_FILE": str(tmp_path / ".env"),
        **variables,
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return done.stdout.strip()


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    path.write_text("# a comment\n\nexport T_ONE='a # b'\nT_TWO = two # said\nT_THREE=x=y\nT_FOUR=file\n")
    for name in ("T_ONE", "T_TWO", "T_THREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T_FOUR", "shell")
    env.load_env_file(path)
    assert [os.environ[f"T_{n}"] for n in ("ONE", "TWO", "THREE", "FOUR")] == ["a # b", "two", "x=y", "shell"]


def test_env_file_with_nonsense_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nnonsense\n")
    with pytest.raises(ImproperlyConfigured, match="line 2"):
        env.load_env_file(path)


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", True)])
def test_flags(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("T_FLAG", value)
    assert env.flag("T_FLAG", default=True) is expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("SESSION_SECRET", "x"),
        ("STUDIO_DATA_DIR", "/proc/nowhere"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(RuntimeError, match=f"ImproperlyConfigured.*{name}"):
        ask_settings(tmp_path, "settings.DEBUG", **{name: value})


def test_defaults_are_safe_and_the_secret_is_kept_for_its_owner(tmp_path: Path) -> None:
    first = ask_settings(tmp_path, "settings.DEBUG, settings.SECRET_KEY")
    assert first.startswith("(False, ")
    secret_file = tmp_path / "session_secret"
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600
    assert secret_file.read_text() in first and len(secret_file.read_text()) >= 50
    assert ask_settings(tmp_path, "settings.DEBUG, settings.SECRET_KEY") == first


def test_wide_settings(tmp_path: Path) -> None:
    told = ask_settings(
        tmp_path,
        "settings.DATABASES['default']['ENGINE'], settings.DATABASES['default']['HOST'], "
        "settings.CHANNEL_LAYERS['default']['BACKEND'], settings.Q_CLUSTER['redis'], 'orm' in settings.Q_CLUSTER",
        DATABASE_URL="postgres://me:s%40fe@db.example:5433/studio",
        REDIS_URL="redis://r.example:6379/2",
    )
    assert told == (
        "('django.db.backends.postgresql', 'db.example', 'channels_redis.pubsub.RedisPubSubChannelLayer', "
        "'redis://r.example:6379/2', False)"
    )


def test_env_example_names_every_variable_that_is_read() -> None:
    import re

    source = (ROOT / "codecraft/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    documented = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read and read == documented


def test_check_deploy_is_clean_in_production(tmp_path: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    environment = {
        **kept,
        "STUDIO_DATA_DIR": str(tmp_path),
        "STUDIO_ENV_FILE": str(tmp_path / ".env"),
        "HTTPS": "1",
        "ALLOWED_HOSTS": "studio.example.org",
        "SESSION_SECRET": "k9" * 40 + "-Zq_7",
        "TRUSTED_PROXIES": "10.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),  # a stranger may claim what he likes
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the client wrote 6.6.6.6 itself
        ("10.0.0.1", "203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:5555", "203.0.113.9"),
        ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("fd00::1", "[2001:db8::7]:443", "2001:db8::7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "", "unknown"),
    ],
)
def test_client_address_walks_from_the_right(peer: str, forwarded: str, expected: str) -> None:
    assert client_address(peer, forwarded, TRUSTED) == expected
