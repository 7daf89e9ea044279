"""Documents for tests, made on the spot."""

from __future__ import annotations

import io
import zipfile

from tests.attachments import pictures

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:docPr id="1" name="p" descr="庁舎の絵"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
    '<a:blip {how}="rId1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
)


def packed(**entries: bytes | str) -> bytes:
    """A ZIP archive; `__` in a name stands for a slash, `_DOT_` for a dot."""
    return packed_as({name.replace("__", "/").replace("_DOT_", "."): data for name, data in entries.items()})


def packed_as(entries: dict[str, bytes | str], names_as: str = "") -> bytes:
    """A ZIP archive; with `names_as`, as by a packer that writes names in this encoding and does not say so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(_Unsaid(name, names_as) if names_as else name, data)
    return file.getvalue()


class _Unsaid(zipfile.ZipInfo):
    """An entry whose name is in an encoding that the archive does not tell."""

    def __init__(self, name: str, encoding: str) -> None:
        super().__init__(name)
        self._encoding = encoding

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (zipfile's own name)
        return self.filename.encode(self._encoding), self.flag_bits & ~0x800


def paragraph(text: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


NOTE = '<w:p><w:r><w:t>注のある文</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'


def word(body: str = "", linked: bool = False, declares: str = "", **more: bytes | str) -> bytes:
    """A Word document with heading, text, table, note, and a picture: in it, or (`linked`) somewhere else."""
    picture = _PICTURE.format(how="r:link" if linked else "r:embed")
    target = 'Target="file:///etc/hostname" TargetMode="External"' if linked else 'Target="media/image1.png"'
    inside = body or (
        paragraph("計画のあらまし", "Heading1")
        + paragraph("はじめの段落。")
        + paragraph("目標", "Heading2")
        + table(("年", "人口"), ("2026", "100"))
        + NOTE
        + picture
    )
    relationships = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    styles += '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": f"{relationships}"
        f'<Relationship Id="r1" Type="{kind}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{declares}<w:document {_W} {_R}><w:body>{inside}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
        "word/footnotes.xml": f'<w:footnotes {_W}><w:footnote w:id="2">{paragraph("出典です。")}</w:footnote>'
        "</w:footnotes>",
        "word/_rels/document.xml.rels": f"{relationships}"
        f'<Relationship Id="rId1" Type="{kind}/image" {target}/>'
        f'<Relationship Id="rId2" Type="{kind}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{kind}/footnotes" Target="footnotes.xml"/></Relationships>',
    }
    if not linked:
        entries["word/media/image1.png"] = pictures.picture("PNG")
    return packed_as(entries | more)
