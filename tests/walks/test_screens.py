"""Every screen, for everybody: axe-core finds nothing (WCAG 2.2 A and AA), nothing scrolls sideways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.walks.conftest import Site, browsing, sign_in

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PUBLIC = [
    "/",
    "/collections/jichitai-dx-2023",
    "/reports/",
    "/reports/goal-of-dx",
    "/reports/thirst-for-change",
    "/reports/first-step",
    "/reports/my-number-card",
    "/reports/residents-in-dx",
    "/reports/goal-of-dx/history",
    "/reports/goal-of-dx/diff?from=1&to=2",
    "/reports/goal-of-dx/revisions/1",
    "/proposals/",
    "/proposals/1",
    "/comments/1",
    "/ledger/",
    "/help/",
    "/help/privacy",
    "/help/accessibility",
    "/help/guidelines",
    "/display",
    "/accounts/register",
    "/accounts/login",
    "/accounts/reset",
    "/nowhere",
]
RESIDENT = [
    "/reports/goal-of-dx",
    "/reports/goal-of-dx/proposals/new",
    "/proposals/1",
    "/comments/1",
    "/comments/1/flag",
    "/accounts/me",
    "/accounts/settings",
]
STAFF = [
    "/reports/goal-of-dx",
    "/reports/goal-of-dx/edit",
    "/reports/new",
    "/reports/goal-of-dx/revisions/1",
    "/proposals/1",
    "/comments/1/hide",
    "/desk/",
    "/desk/?kind=proposals",
    "/desk/posts",
    "/accounts/people",
]
LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
]


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed; it comes with Node (npm ci)")
    return AXE.read_text("utf-8")


def findings(page: Page, axe: str) -> list[str]:
    """What axe-core has against the page as it stands, each with its place."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate(
        "async ([source, options]) => { eval?.(source); return await axe.run(document, options); }",
        [axe, options],
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def look(page: Page, paths: list[str], axe: str) -> None:
    wrong = []
    for path in paths:
        page.goto(path)
        wrong += [f"{path} {finding}" for finding in findings(page, axe)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            wrong.append(f"{path} scrolls sideways by {wide} px")
    assert not wrong, "\n".join(wrong)


@pytest.mark.browser
@pytest.mark.parametrize("appearance", LOOKS, ids=["phone-light", "desktop-dark"])
def test_a_visitor_meets_no_barrier(appearance: dict[str, Any], chromium: Browser, live_site: Site, axe: str) -> None:
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        look(page, PUBLIC, axe)


@pytest.mark.browser
@pytest.mark.parametrize("appearance", LOOKS, ids=["phone-light", "desktop-dark"])
def test_a_resident_meets_no_barrier(appearance: dict[str, Any], chromium: Browser, live_site: Site, axe: str) -> None:
    address = live_site.create(f"山道{appearance['color_scheme']}", "resident")
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        sign_in(page, address)
        look(page, RESIDENT, axe)


@pytest.mark.browser
@pytest.mark.parametrize("appearance", LOOKS, ids=["phone-light", "desktop-dark"])
def test_staff_meet_no_barrier(appearance: dict[str, Any], chromium: Browser, live_site: Site, axe: str) -> None:
    address = live_site.create(f"係{appearance['color_scheme']}", "admin")
    with browsing(chromium, live_site, bypass_csp=True, **appearance) as page:
        sign_in(page, address)
        look(page, STAFF, axe)


@pytest.mark.browser
def test_english_has_no_barrier_either(chromium: Browser, live_site: Site, axe: str) -> None:
    with browsing(chromium, live_site, bypass_csp=True, **LOOKS[0]) as page:
        page.goto("/display")
        page.check("#language-en")
        page.click("main button[type=submit]")
        look(page, ["/", "/reports/goal-of-dx", "/proposals/1", "/accounts/register"], axe)
        assert page.get_attribute("html", "lang") == "en"
