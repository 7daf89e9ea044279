"""What is known of a page beside its text, between the page's columns and a file's front matter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from wiki.collections.models import Collection
from wiki.exchange.sources import Refused
from wiki.pages.forms import LONGEST_TITLE
from wiki.pages.models import Page, PageKind, PagePerson, PageState, Protection
from wiki.text.normalize import BadText
from wiki.text.tags import MOST, ReservedMark, clean_tag, tag_key
from wiki.text.urls import is_local

_LONGEST = 5_000
_WORDS = ("heading", "digest", "cover", "cover_alt", "published", "disclaimer")


def of_page(page: Page) -> dict[str, Any]:
    """The page's front matter, without its places in collections."""
    people = [{"name": person.name, "office": person.office} for person in page.people]
    return {
        "title": page.title,
        "slug": page.slug,
        "kind": str(page.kind),
        "revision": page.current_number,
        "created": page.created_at.isoformat(),
        "updated": page.updated_at.isoformat(),
        **{name: getattr(page, name) for name in _WORDS},
        "people": people or None,
        "source": page.source,
        "questions": page.questions or None,
        "closed": True if not page.is_open else None,
        "withdrawn": True if page.state is PageState.WITHDRAWN else None,
        "protection": str(page.protection) if page.protection is not Protection.OPEN else None,
        "needs_review": True if page.needs_review else None,
        "sample": True if page.is_sample else None,
    }


def of_collection(collection: Collection) -> dict[str, Any]:
    """The collection's front matter, its entries in order."""
    return {
        "collection": collection.slug,
        "title": collection.title,
        "source": collection.source,
        "disclaimer": collection.disclaimer,
        "sample": True if collection.is_sample else None,
        "entries": [
            {"page": entry.page.slug, "heading": entry.heading, "digest": entry.digest} for entry in collection.entries
        ],
    }


def columns(facts: dict[str, Any]) -> dict[str, Any]:
    """Columns for a new page. Raises Refused for what has another form; unknown names are passed over."""
    found: dict[str, Any] = {name: _take(facts, name, _is_words) for name in _WORDS}
    if found["cover"] is not None and not is_local(found["cover"]):
        raise Refused("cover: it must be a picture of this site")
    kind = facts.get("kind") or PageKind.REPORT
    if kind not in list(PageKind):
        raise Refused(f"kind: it must be one of {', '.join(PageKind)}")
    protection = facts.get("protection") or Protection.OPEN
    if protection not in list(Protection):
        raise Refused(f"protection: it must be one of {', '.join(Protection)}")
    people = _take(facts, "people", _are_people) or []
    return found | {
        "kind": PageKind(kind),
        "source": _take(facts, "source", _is_small),
        "questions": _take(facts, "questions", _are_words) or [],
        "is_open": not facts.get("closed"),
        "state": PageState.WITHDRAWN if facts.get("withdrawn") else PageState.PUBLISHED,
        "protection": Protection(protection),
        "needs_review": bool(facts.get("needs_review")),
        "is_sample": bool(facts.get("sample")),
        "people": [
            PagePerson(position=at, name=one["name"], office=one.get("office") or "") for at, one in enumerate(people)
        ],
        **({"created_at": created} if (created := _moment(facts.get("created"))) else {}),
    }


def tags(facts: dict[str, Any]) -> list[str]:
    """The page's tags, one name for each; what can be no tag is passed over."""
    found: dict[str, str] = {}
    for name in _take(facts, "tags", _are_words) or []:
        with suppress(BadText, ReservedMark):
            tag = clean_tag(name)
            found.setdefault(tag_key(tag), tag)
    return list(found.values())[:MOST]


def old_names(facts: dict[str, Any]) -> list[str]:
    """Slugs and titles by which the page was known before."""
    return [name for name in _take(facts, "old_names", _are_words) or [] if len(name) <= LONGEST_TITLE]


def _take(facts: dict[str, Any], name: str, fits: Callable[[Any], bool]) -> Any:
    value = facts.get(name)
    if value is not None and not fits(value):
        raise Refused(
            f"{name}: this is not in the form that is expected",
            _l("文書のはじめの設定「%(name)s」の書き方が違います。", name=name),
        )
    return value


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and "\0" not in value


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_is_words, value))


def _is_small(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > 50:
        return False
    return all(_is_words(one) for pair in value.items() for one in pair)


def _are_people(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(_is_small(one) and one.get("name") for one in value)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Refused("created: it must be a date and time such as 2026-11-25T09:30:00+09:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
