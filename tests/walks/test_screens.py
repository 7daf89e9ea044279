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
    "/collections/",
    "/collections/jichitai-dx-2023",
    "/series/",
    "/series/動画-自治体dx完全ガイド",
    "/tags/",
    "/tags/窓口",
    "/reports/",
    "/reports/goal-of-dx",
    "/reports/thirst-for-change",
    "/reports/first-step",
    "/reports/my-number-card",
    "/reports/residents-in-dx",
    "/reports/goal-of-dx/history",
    "/reports/goal-of-dx/diff?from=1&to=2",
    "/reports/goal-of-dx/revisions/1",
    "/reports/goal-of-dx/voices",
    "/reports/goal-of-dx/voices?show=all",
    "/reports/first-step/voices",
    "/reports/goal-of-dx/links",
    "/proposals/",
    "/proposals/1",
    "/comments/1",
    "/reports/thirst-for-change/suggestions",
    "/suggestions/1",
    "/proposals/1/history",
    "/proposals/?ended=1",
    "/answers/",
    "/maps/",
    "/consultations/",
    "/figures",
    "/figures/who",
    "/figures/voices",
    "/reports/goal-of-dx/outcome",
    "/ledger/",
    "/changes",
    "/changes?kind=text&person=見本D",
    "/changes?since=x",
    "/reports/goal-of-dx/activity",
    "/search",
    "/search?q=窓口",
    "/search?q=ない言葉&kind=comment",
    "/reports/goal-of-dx/passages",
    "/reports/goal-of-dx/passages?from=3",
    "/reports/goal-of-dx?stance=support",
    "/reports/first-step/sheet",
    "/reports/first-step/sheet?look=easy",
    "/receipts/",
    "/receipts/0008-0000-0000",
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
    "/reports/goal-of-dx/suggest",
    "/proposals/1",
    "/comments/1",
    "/comments/1/flag",
    "/accounts/me",
    "/accounts/facts",
    "/accounts/settings",
]
STAFF = [
    "/reports/goal-of-dx",
    "/reports/goal-of-dx/edit",
    "/reports/goal-of-dx/edit?section=二つの目標は同じ重さ",
    "/reports/goal-of-dx/files",
    "/files",
    "/reports/new",
    "/reports/goal-of-dx/rename",
    "/desk/links",
    "/desk/links?kind=vague",
    "/reports/goal-of-dx/facts",
    "/reports/goal-of-dx/tags",
    "/collections/new",
    "/collections/jichitai-dx-2023/edit",
    "/collections/jichitai-dx-2023/delete",
    "/series/new",
    "/series/動画-自治体dx完全ガイド/edit",
    "/series/動画-自治体dx完全ガイド/delete",
    "/reports/goal-of-dx/revisions/1",
    "/proposals/1",
    "/comments/1/hide",
    "/desk/",
    "/desk/?kind=proposals",
    "/desk/?kind=suggestions",
    "/suggestions/2",
    "/desk/?kind=submissions",
    "/desk/?kind=deleted",
    "/reports/goal-of-dx/settings",
    "/reports/goal-of-dx/submissions/",
    "/reports/goal-of-dx/revisions/2/undo",
    "/changes?unseen=1",
    "/reports/goal-of-dx/diff?from=1&to=2",
    "/people/2",
    "/desk/posts",
    "/desk/answers",
    "/desk/answers/gather?page=goal-of-dx",
    "/desk/figures",
    "/desk/census",
    "/reports/goal-of-dx/summary",
    "/reports/goal-of-dx/maps/new",
    "/reports/goal-of-dx/consultation",
    "/reports/goal-of-dx/consultation/edit",
    "/desk/import",
    "/desk/intake",
    "/desk/intake/list",
    "/accounts/people",
    "/accounts/departments",
]
LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
]


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed; it comes with Node (make rich)")
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
        look(
            page, ["/", "/reports/goal-of-dx", "/reports/goal-of-dx/voices", "/proposals/1", "/accounts/register"], axe
        )
        look(page, ["/", "/reports/goal-of-dx", "/proposals/1", "/accounts/register", "/search?q=窓口"], axe)
        assert page.get_attribute("html", "lang") == "en"
