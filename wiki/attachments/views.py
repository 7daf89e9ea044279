"""Pictures and other files.

GET, POST /reports/<slug>/files        staff: a page's files; puts one in: `file`, `alt`, `decorative`, `caption`
GET, POST /files                       staff: the same for files of no page yet
POST      /files/<key>/alt             staff: what a picture shows; `alt`, `decorative`
POST      /files/<key>/delete          staff: takes it away
POST      /files/<key>/restore         staff: brings it back, within 30 days
GET       /files/<key>/<width>         a picture's smaller copy
GET       /files/<key>/<name>          the file; `name` is for people, the key decides

Who puts a file in and accepts JSON is answered in JSON: url, name, markdown, notice; or error.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    session,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from wiki.accounts.models import Person
from wiki.accounts.signin import current_person
from wiki.attachments import intake, policy, queries, service
from wiki.attachments.forms import AltForm, UploadForm
from wiki.attachments.models import Attachment
from wiki.attachments.words import about, markdown_of
from wiki.core import files, limits
from wiki.core.database import db, transaction
from wiki.core.limits import limiter
from wiki.core.web import NotThere, problem_page, require
from wiki.pages import queries as pages
from wiki.pages.models import Page
from wiki.text import uploads

bp = Blueprint("attachments", __name__)

_MEGABYTE = 1024 * 1024
_BESIDE_THE_FILE = 8 * _MEGABYTE
_PICTURE_SECONDS = 7 * 24 * 3600
_TAKES_FILES = {"attachments.index", "attachments.without_page"}


@bp.url_value_preprocessor
def allow_large_requests(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Somebody signed in may send more here than elsewhere; said before anything reads the form."""
    if request.method == "POST" and endpoint in _TAKES_FILES and "_user_id" in session:
        largest = current_app.config["UPLOAD_MEGABYTES"] * _MEGABYTE
        request.max_content_length = largest + _BESIDE_THE_FILE


@bp.route("/reports/<slug>/files", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def index(slug: str) -> ResponseReturnValue:
    """The files of a page, and the way to put one in."""
    require(policy.may_upload(current_person()))
    page = pages.page_or_404(slug)
    return _listing(page, UploadForm()) if request.method == "GET" else _put_in(page)


@bp.route("/files", methods=["GET", "POST"])
@limiter.limit(limits.POSTING, methods=["POST"])
def without_page() -> ResponseReturnValue:
    """The files that were put in while a page was not yet written."""
    require(policy.may_upload(current_person()))
    return _listing(None, UploadForm()) if request.method == "GET" else _put_in(None)


@bp.post("/files/<key>/alt")
@limiter.limit(limits.POSTING)
def describe(key: str) -> ResponseReturnValue:
    """Say what a picture shows."""
    require(policy.may_upload(current_person()))
    form = AltForm()
    if not form.validate():
        return _listing(queries.attachment_or_404(key).page, UploadForm(formdata=None), 422, wrong=(key, form))
    with transaction():
        attachment = queries.attachment_or_404(key)
        service.describe(_writer(), attachment, form.said())
        where = _list_of(attachment.page)
    flash(_("画像の説明を保存しました。すでに本文に入れた画像の説明は、本文の方で直してください。"), "success")
    return redirect(f"{where}#file-{key}", 303)


@bp.post("/files/<key>/delete")
@limiter.limit(limits.POSTING)
def delete(key: str) -> ResponseReturnValue:
    """Take a file away."""
    with transaction():
        actor, attachment = _writer(), queries.any_or_404(key)
        service.delete(actor, attachment)
        where = _list_of(attachment.page)
    flash(_("ファイルを消しました。30日のあいだは、下の「消したファイル」から元に戻せます。"), "success")
    return redirect(f"{where}#deleted", 303)


@bp.post("/files/<key>/restore")
@limiter.limit(limits.POSTING)
def restore(key: str) -> ResponseReturnValue:
    """Bring a file back."""
    with transaction():
        actor, attachment = _writer(), queries.any_or_404(key)
        service.restore(actor, attachment)
        where = _list_of(attachment.page)
    flash(_("ファイルを元に戻しました。"), "success")
    return redirect(f"{where}#file-{key}", 303)


@bp.get("/files/<key>/<int:width>")
def smaller(key: str, width: int) -> ResponseReturnValue:
    """A picture's copy of this width."""
    content = queries.attachment_or_404(key).smaller(width)
    if content is None:
        raise NotThere
    return _picture(content, "image/webp")


@bp.get("/files/<key>/<name>")
def show(key: str, name: str) -> ResponseReturnValue:
    """The file: a picture to be shown, anything else to be saved."""
    attachment = queries.attachment_or_404(key)
    if attachment.is_picture:
        return _picture(attachment.content, attachment.media_type)
    return _download(attachment)


def _picture(content: str, media_type: str) -> Response:
    answer = _sent(content, media_type)
    answer.headers["Cache-Control"] = f"public, max-age={_PICTURE_SECONDS}, immutable"
    return answer


def _download(attachment: Attachment) -> Response:
    """Never shown in a page of ours, whatever its type says: SVG and HTML could run scripts there."""
    is_drawing = attachment.media_type == "image/svg+xml"
    answer = _sent(
        attachment.content,
        "application/octet-stream" if is_drawing else attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer


def _sent(content: str, media_type: str, **options: Any) -> Response:
    try:
        file = files.store().open(content)
    except FileNotFoundError:
        current_app.logger.error("the store has no file %s", content)
        raise NotThere from None
    length = file.seek(0, 2)
    file.seek(0)
    answer = send_file(file, media_type, etag=content, **options)
    if answer.status_code == 200:
        answer.content_length = length
    return answer


def _put_in(page: Page | None) -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate():
        return _refuse(page, form)
    with transaction():
        actor, page = _writer(), pages.page_or_404(page.slug) if page else None
        was_there = queries.same(page, form.received.digest) is not None
        attachment = service.add(actor, page, form.received, form.said())
        told = markdown_of(attachment, form.caption.data or "")
        where, key, url, name = _list_of(page), attachment.key, attachment.address, attachment.name
    notice = _("動く画像は、最初のコマだけを残しました。") if form.received.was_moving else ""
    if was_there:
        notice = _("同じ内容のファイルがすでにあったので、それを使います。")
    if _wants_json():
        return jsonify(url=url, name=name, markdown=told, notice=notice)
    flash(notice if was_there else _("「%(name)s」を入れました。", name=name) + notice, "success")
    return redirect(f"{where}#file-{key}", 303)


def _refuse(page: Page | None, form: UploadForm) -> ResponseReturnValue:
    if _wants_json():
        db.session.rollback()
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return jsonify(error=words), form.status
    return _listing(page, form, form.status)


@bp.errorhandler(RequestEntityTooLarge)
def refuse_unread(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A request over the limit is not read at all; the answer is as that for a file over the limit."""
    if request.endpoint not in _TAKES_FILES or not policy.may_upload(current_person()):
        return problem_page(413)
    form = UploadForm(formdata=None)
    form.refuse(intake.too_large_words(), 413)
    slug = (request.view_args or {}).get("slug")
    return _refuse(pages.page_or_404(slug) if slug else None, form)


def _listing(
    page: Page | None, form: UploadForm, status: int = 200, *, wrong: tuple[str, AltForm] | None = None
) -> ResponseReturnValue:
    if status != 200:
        db.session.rollback()
        page = pages.page_or_404(page.slug) if page else None
    used = uploads.keys_in(pages.current_revision(page).body) if page else set()
    shown = render_template(
        "attachments/index.html",
        page=page,
        listing=queries.of_page(page),
        form=form,
        used=used,
        wrong=wrong,
        action=_list_of(page),
        accept=intake.ACCEPT,
    )
    return shown, status


def _list_of(page: Page | None) -> str:
    return f"/reports/{page.slug}/files" if page else "/files"


def _writer() -> Person:
    """The person who is signed in, who must be allowed to put files in."""
    person = current_person()
    require(policy.may_upload(person))
    assert person is not None
    return person


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def init_app(app: Flask) -> None:
    """Register the room; templates may ask for a file's Markdown and for its kind and size in words."""
    app.register_blueprint(bp)
    app.add_template_global(markdown_of, "markdown_of_file")
    app.add_template_global(about, "about_file")

    @app.template_global()
    def upload_attributes(page: Page | None) -> dict[str, object]:
        """What static/js/upload.js needs to know at the editor's textarea."""
        return {
            "data-upload": _list_of(page),
            "data-upload-accept": intake.ACCEPT,
            "data-upload-megabytes": app.config["UPLOAD_MEGABYTES"],
        }
