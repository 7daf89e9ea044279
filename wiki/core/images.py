"""Pictures made safe to show: measured by their header, decoded, and written anew with nothing else in them.

What comes out is a still picture in sRGB, upright, without EXIF, place, comment, colour profile or anything that was
appended to the file, and smaller copies of it. Pure: neither Flask nor database.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from PIL import Image, ImageCms

MOST_PIXELS: Final = 40_000_000
MOST_PIXELS_OF_OTHERS: Final = 20_000_000
"""For what is neither JPEG nor PNG: their decoders hold the whole picture several times."""

MOST_SIDE: Final = 4096

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_KEPT_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
_QUALITY = {
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 88, "method": 4},
}
_SMALLER_PHOTO, _SMALLER_DRAWING = {"quality": 80, "method": 4}, {"quality": 92, "method": 4}
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LARGEST_PROFILE_BYTES = 2_000_000

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # we refuse at this number, Pillow alone would at twice as many
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
_one_at_a_time = threading.Lock()


class Bad(StrEnum):
    """Why a picture is refused."""

    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    HEIC = "heic"


class BadImage(ValueError):
    """A picture that cannot be shown; `code` says why, `most_pixels` how many one of its kind may have."""

    def __init__(self, code: Bad, most_pixels: int = MOST_PIXELS) -> None:
        super().__init__(code.value)
        self.code = code
        self.most_pixels = most_pixels


@dataclass(frozen=True)
class Picture:
    """An encoded picture: its bytes, what they are, its size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Cleaned:
    """A picture written anew, its smaller copies (WebP, narrowest first), and whether only its first frame was kept."""

    full: Picture
    smaller: tuple[Picture, ...]
    was_moving: bool


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so says of itself that it is a picture; its name does not matter."""
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in {b"avif", b"avis", *_HEIC})
    )


_HEIC = {b"heic", b"heix", b"hevc", b"mif1", b"msf1"}


def check(file: BinaryIO) -> None:
    """Refuse what its header alone shows that `clean` would refuse. Raises BadImage."""
    with _refusing(), _opened(file):
        pass


def clean(file: BinaryIO, widths: Sequence[int]) -> Cleaned:
    """The picture written anew, and copies of these widths as far as it is wider. Raises BadImage.

    One at a time in a process, so that memory stays bounded.
    """
    with _one_at_a_time, _refusing():
        return _cleaned(file, widths)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except BadImage:
        raise
    except Image.DecompressionBombError:
        raise BadImage(Bad.TOO_MANY_PIXELS) from None
    except Exception as error:  # Pillow's decoders answer broken bytes with exceptions of every kind
        raise BadImage(Bad.BROKEN) from error


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Image.Image]:
    """The picture, its header read; none of HEIC, and none with too many pixels."""
    file.seek(0)
    if (head := file.read(12))[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise BadImage(Bad.HEIC)
    file.seek(0)
    with Image.open(file, formats=_FORMATS) as image:
        most = MOST_PIXELS if image.format in {"JPEG", "MPO", "PNG"} else MOST_PIXELS_OF_OTHERS
        if image.width * image.height > most:
            raise BadImage(Bad.TOO_MANY_PIXELS, most)
        yield image


def _cleaned(file: BinaryIO, widths: Sequence[int]) -> Cleaned:
    with _opened(file) as image:
        kind = _KEPT_AS[image.format or ""]
        was_moving = bool(getattr(image, "is_animated", False)) and image.format != "MPO"
        still = _still(image)
    full = _encoded(still, kind, _QUALITY[kind])
    smaller: list[Picture] = []
    for width in sorted((width for width in widths if width < still.width), reverse=True):
        height = max(1, round(full.height * width / full.width))
        still = still.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        smaller.insert(0, _encoded(still, "WEBP", _SMALLER_PHOTO if kind == "JPEG" else _SMALLER_DRAWING))
    return Cleaned(full, tuple(smaller), was_moving)


def _still(image: Image.Image) -> Image.Image:
    """The first frame as the eye should see it: sRGB or grey, upright, no side longer than MOST_SIDE, bare."""
    image.draft(None, (MOST_SIDE, MOST_SIDE))
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    still: Image.Image = _plain(image)
    if max(still.size) > MOST_SIDE:
        scale = MOST_SIDE / max(still.size)
        size = max(1, round(still.width * scale)), max(1, round(still.height * scale))
        still = still.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    still = _in_srgb(still, profile)
    if turn is not None:
        still = still.transpose(turn)
    still.info = {}  # the encoders would write comments and profiles that they find here
    return still


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken EXIF is no reason to refuse a whole picture
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """The picture in 8 bits a channel: L, RGB, RGBA, or still CMYK; itself, where it is so already."""
    image.load()
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in {"L", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours that the profile means; without one, or with one that cannot be read, as they are."""
    if profile and len(profile) <= _LARGEST_PROFILE_BYTES and image.mode in {"RGB", "RGBA", "CMYK"}:
        colours = image.convert("RGB") if image.mode == "RGBA" else image
        try:
            found = ImageCms.profileToProfile(
                colours, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            found = None
        if found is not None:
            if image.mode == "RGBA":
                found.putalpha(image.getchannel("A"))
            return found
    return image.convert("RGB") if image.mode == "CMYK" else image


def _encoded(image: Image.Image, kind: str, options: dict[str, int | bool]) -> Picture:
    if kind == "JPEG" and image.mode == "RGBA":
        image = image.convert("RGB")
    file = io.BytesIO()
    image.save(file, kind, **options)
    return Picture(file.getvalue(), f"image/{kind.lower()}", image.width, image.height)
