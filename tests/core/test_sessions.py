"""The session's cookie is read once in a while, and never wrongly."""

from __future__ import annotations

from flask import Flask, flash, session

from wiki.core.sessions import RememberedSessions


def sessions_of(app: Flask) -> RememberedSessions:
    assert isinstance(app.session_interface, RememberedSessions)
    return app.session_interface


def cookie_of(app: Flask, **held: object) -> str:
    serializer = sessions_of(app).get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps(held))


def test_a_cookie_says_the_same_each_time_it_is_read(app: Flask):
    value = cookie_of(app, _user_id="key", _fresh=True)
    assert [sessions_of(app).read(value) for _ in range(3)] == [{"_user_id": "key", "_fresh": True}] * 3


def test_what_is_read_is_ones_own_copy(app: Flask):
    value = cookie_of(app, _user_id="key")
    sessions_of(app).read(value)["_user_id"] = "somebody else"
    assert sessions_of(app).read(value) == {"_user_id": "key"}


def test_a_forged_cookie_says_nothing_also_beside_a_remembered_one(app: Flask):
    value = cookie_of(app, _user_id="key")
    assert sessions_of(app).read(value)
    forged = ("f" if value[0] != "f" else "e") + value[1:]
    assert sessions_of(app).read(forged) == {}
    assert sessions_of(app).read(value[::-1]) == {}


def test_a_message_to_be_shown_once_is_shown_once_however_often_its_cookie_is_read(app: Flask):
    value = cookie_of(app, _user_id="key", _flashes=[["info", "保存しました。"]])
    sessions_of(app).read(value)["_flashes"].append(["info", "もう一つ"])
    assert sessions_of(app).read(value)["_flashes"] == [["info", "保存しました。"]]


def test_a_session_is_written_back_as_flask_does(app: Flask):
    @app.get("/note")
    def note() -> str:
        session["count"] = session.get("count", 0) + 1
        flash("はい")
        return str(session["count"])

    client = app.test_client()
    assert [client.get("/note").text for _ in range(3)] == ["1", "2", "3"]


def test_an_old_cookie_is_no_session_any_more(app: Flask):
    value = cookie_of(app, _user_id="key")
    sessions_of(app)._seconds = -1
    assert sessions_of(app).read(value) == {}
