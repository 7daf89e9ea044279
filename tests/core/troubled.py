"""A site where everything can go wrong."""

from __future__ import annotations

from flask import Flask, abort

from wiki.core.i18n import language
from wiki.core.sqlite_lock import WriterBusy
from wiki.core.web import NotAllowed, NotThere, Problem, require


class OutOfPaper(Problem):
    status = 409
    title = "紙がありません"
    advice = "足してください。"


def add_trouble(app: Flask) -> None:
    """Addresses that fail in every way there is."""

    @app.get("/fails/<int:status>")
    def fails(status: int) -> str:
        if status == 500:
            raise ZeroDivisionError("a secret detail")
        if status == 503:
            raise WriterBusy
        abort(status)

    @app.route("/raises/<name>", methods=["GET", "POST"])
    def raises(name: str) -> str:
        if name == "sign-in":
            require(False)
        raise {"paper": OutOfPaper, "not-there": NotThere, "not-allowed": NotAllowed}[name]

    @app.post("/reads-a-form")
    def reads_a_form() -> str:
        return language()
