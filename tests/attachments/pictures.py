"""Files for tests, made on the spot: sound ones, and such as people of ill will send."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageDraw

GPS_IFD, ORIENTATION = 0x8825, 0x0112


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A picture, its left half dark and its right half light."""
    image = Image.new(mode, size)
    light = {"L": 230, "CMYK": (0, 60, 90, 0), "RGBA": (230, 120, 60, 255)}.get(mode, (230, 120, 60))
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1]), fill=light)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo_with_place(orientation: int = 6) -> bytes:
    """A JPEG as a phone makes it: lying on its side, with place, owner and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x013B] = "Taro Yamada"
    exif[GPS_IFD] = {1: "N", 2: (35.0, 41.0, 22.0), 3: "E", 4: (139.0, 41.0, 30.0)}
    return picture(size=(80, 40), exif=exif, comment=b"taken at home")


def moving(kind: str = "GIF") -> bytes:
    """Three frames: red, green, blue."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def png_saying(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises that many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def packed(*names: str) -> bytes:
    """A ZIP archive with these entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "中身")
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
