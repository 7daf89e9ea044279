"""Passwords: long rather than complicated, kept only as argon2id hashes.

`hash_of` and `matches` take about 0.1 s of a core and 64 MiB (argon2-cffi's defaults, the second profile of
RFC 9106): call them before `transaction()`, so that no writer waits for them.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200
_MOST_TYPED = 4 * LONGEST
_hasher = PasswordHasher()

#: The commonest of ten characters and more, in lower case; shorter ones are refused for their length.
_COMMON = frozenset((
    "1234567890", "0123456789", "0987654321", "9876543210", "12345678910", "123456789012", "1111111111",
    "0000000000", "1212121212", "1122334455", "1231231234", "1234512345", "123123123123", "11111111111",
    "111111111111", "1234567891", "12345678901", "123456789a", "a123456789", "a1234567890", "q1w2e3r4t5",
    "q1w2e3r4t5y6", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "1qazxsw23edc",
    "qwertyuiop", "qwertyuiop1", "qwertyuiop123", "qwerty12345", "qwerty123456", "qwertyqwerty",
    "asdfghjkl1", "asdfasdfasdf", "asdfghjklz", "zxcvbnm123", "zxcvbnmasdf", "abcdefghij", "abcdefghijk",
    "abcd123456", "abc1234567", "abcde12345", "abcdef1234", "aaaaaaaaaa", "password12", "password123",
    "password1234", "password12345", "passwordpassword", "password01", "password00", "p@ssw0rd123",
    "p@ssword123", "passw0rd123", "mypassword", "administrator", "admin12345", "admin123456",
    "adminadmin", "letmein123", "letmein1234", "welcome123", "welcome1234", "iloveyou123", "iloveyou12",
    "iloveyou1234", "sunshine123", "football123", "baseball123", "princess123", "superman123",
    "dragon12345", "monkey12345", "changeme123", "default123", "qazwsxedcrfv", "qazwsxedc123",
    "test123456", "testtest123", "testtesttest", "hello12345", "secret1234", "sakurasakura", "sakura1234",
    "doraemon123", "kairankairan", "kairanban123", "konnichiwa", "arigatougozaimasu", "hogehogehoge",
    "nihonnihon", "tokyo12345",
))  # fmt: skip


class Bad(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


class BadPassword(ValueError):
    """A password that nobody may have; `code` says why."""

    def __init__(self, code: Bad) -> None:
        super().__init__(code.value)
        self.code = code


def check(text: str) -> None:
    """Refuse, by BadPassword, what has fewer than 10 or more than 200 characters in NFKC, or is too common."""
    if len(text) > _MOST_TYPED:
        raise BadPassword(Bad.LONG)
    password = unicodedata.normalize("NFKC", text)
    if len(password) < SHORTEST:
        raise BadPassword(Bad.SHORT)
    if len(password) > LONGEST:
        raise BadPassword(Bad.LONG)
    if password.casefold() in _COMMON or len(set(password)) < 3:
        raise BadPassword(Bad.COMMON)


def hash_of(text: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return _hasher.hash(_bytes(text))


def matches(kept: str | None, text: str) -> bool:
    """Whether `text` is the password of the hash `kept`; for None the same work, and no."""
    instead = _of_nobody()
    if len(text) > _MOST_TYPED:
        kept, text = None, ""
    try:
        return _hasher.verify(kept or instead, _bytes(text)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _of_nobody() -> str:
    return _hasher.hash(b"nobody has this password")


def _bytes(text: str) -> bytes:
    return unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")
