"""Pages, people and departments of the sample as rows, from what its files say."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from wiki.accounts.models import Department, Person, Role
from wiki.core import clock
from wiki.core.database import db
from wiki.pages.models import PageKind, PagePerson
from wiki.pages.service import PageDraft
from wiki.sample import content
from wiki.text import names

_FIRST_SUMMARY = "はじめの版"


def draft_of(document: content.Document) -> PageDraft:
    """The first revision of a page, rendered."""
    return PageDraft.of(document.facts["title"], document.facts["slug"], document.body, _FIRST_SUMMARY)


def columns_of(facts: dict[str, Any]) -> dict[str, Any]:
    """A page's columns as its front matter has them."""
    people = [
        PagePerson(position=position, name=told["name"], office=told["office"])
        for position, told in enumerate(facts.get("people", ()))
    ]
    names_ = ("heading", "digest", "cover", "cover_alt", "published", "source")
    return {name: facts.get(name) for name in names_} | {
        "kind": PageKind(facts["kind"]),
        "questions": facts.get("questions", []),
        "disclaimer": content.collection()["disclaimer"] if facts["kind"] == "report" else None,
        "is_open": facts["kind"] == "report",
        "is_sample": facts["kind"] == "report",
        "people": people,
    }


def department(name: str) -> Department:
    """The department of this name, made when there is none."""
    found = db.session.scalar(select(Department).where(Department.name == name))
    if found is None:
        found = Department(name=name)
        db.session.add(found)
    return found


def person(told: dict[str, Any], departments: dict[str, Department]) -> Person:
    """The sample person of this name, made when there is none."""
    key = names.name_key(told["name"])
    found = db.session.scalar(select(Person).where(Person.name_key == key))
    if found is None:
        found = Person(
            name=told["name"],
            name_key=key,
            email=f"sample-{key.encode().hex()}@kairan.invalid",
            role=Role(told["role"]),
            department=departments.get(told.get("department", "")),
            confirmed_at=clock.now(),
            verified_at=clock.now() if told.get("is_verified") else None,
            is_sample=True,
        )
        db.session.add(found)
    return found
