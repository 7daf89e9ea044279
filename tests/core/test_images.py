"""Pictures are written anew: what is shown stays, everything else goes, and nothing is decoded that is too large."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageCms

from tests.attachments import pictures
from wiki.core import images
from wiki.core.images import Bad, BadImage
from wiki.text.uploads import WIDTHS


def clean(data: bytes) -> images.Cleaned:
    return images.clean(io.BytesIO(data), WIDTHS)


@pytest.mark.parametrize(
    ("kind", "kept_as"),
    [("JPEG", "JPEG"), ("PNG", "PNG"), ("GIF", "PNG"), ("WEBP", "WEBP"), ("AVIF", "WEBP")],
)
def test_every_kind_of_picture_comes_out_as_one_that_browsers_show(kind: str, kept_as: str) -> None:
    full = clean(pictures.picture(kind)).full
    image = pictures.opened(full.data)
    assert (image.format, full.media_type, image.size) == (kept_as, f"image/{kept_as.lower()}", (64, 48))
    assert image.convert("L").getpixel((10, 10)) < 40  # type: ignore[operator]
    assert image.convert("L").getpixel((54, 10)) > 120  # type: ignore[operator]


def test_place_owner_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    sent = pictures.photo_with_place()
    assert b"taken at home" in sent and b"Taro Yamada" in sent
    cleaned = clean(sent)
    image = pictures.opened(cleaned.full.data)
    assert image.size == (40, 80)
    assert not image.getexif()
    assert {"exif", "comment", "icc_profile", "xmp"}.isdisjoint(image.info)
    assert b"taken at home" not in cleaned.full.data and b"Yamada" not in cleaned.full.data


@pytest.mark.parametrize(("orientation", "light_at"), [(1, (60, 20)), (3, (20, 20)), (6, (20, 60)), (8, (20, 20))])
def test_what_was_to_the_right_is_where_the_camera_says(orientation: int, light_at: tuple[int, int]) -> None:
    image = pictures.opened(clean(pictures.photo_with_place(orientation)).full.data).convert("L")
    assert image.getpixel(light_at) > 120  # type: ignore[operator]


def test_colours_of_another_profile_are_brought_into_srgb() -> None:
    other = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert pictures.opened(clean(pictures.picture(icc_profile=other)).full.data).size == (64, 48)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = pictures.opened(clean(pictures.picture("PNG", icc_profile=srgb)).full.data)
    assert "icc_profile" not in image.info
    assert image.getpixel((54, 10)) == (230, 120, 60)


def test_print_colours_become_screen_colours() -> None:
    image = pictures.opened(clean(pictures.picture(mode="CMYK")).full.data)
    assert image.mode == "RGB"
    red, green, blue = image.getpixel((54, 10))  # type: ignore[misc]
    assert red > green > blue


def test_sixteen_bits_become_eight_without_losing_the_greys() -> None:
    deep = Image.new("I;16", (3, 1))
    for at, value in enumerate((0, 32768, 65535)):
        deep.putpixel((at, 0), value)
    file = io.BytesIO()
    deep.save(file, "PNG")
    image = pictures.opened(clean(file.getvalue()).full.data)
    assert [image.getpixel((at, 0)) for at in range(3)] == [0, 128, 255]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_stays(kind: str) -> None:
    cleaned = clean(pictures.moving(kind))
    image = pictures.opened(cleaned.full.data)
    assert cleaned.was_moving
    assert not getattr(image, "is_animated", False)
    red, green, blue = image.convert("RGB").getpixel((20, 15))  # type: ignore[misc]
    assert red > 200 and green < 60 and blue < 60


def test_what_is_clear_stays_clear() -> None:
    image = pictures.opened(clean(pictures.picture("PNG", mode="RGBA")).full.data)
    assert image.mode == "RGBA"
    assert image.getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("size", "widths"), [((640, 10), []), ((641, 10), [640]), ((1500, 10), [640, 1280]), ((2000, 10), [*WIDTHS])]
)
def test_a_picture_gets_copies_narrower_than_itself(size: tuple[int, int], widths: list[int]) -> None:
    smaller = clean(pictures.picture(size=size)).smaller
    assert [one.width for one in smaller] == widths
    for one in smaller:
        assert pictures.opened(one.data).size == (one.width, one.height)


def test_a_very_large_picture_is_made_smaller_and_a_thin_one_does_not_vanish() -> None:
    assert max(pictures.opened(clean(pictures.picture(size=(6000, 3000))).full.data).size) == images.MOST_SIDE
    assert clean(pictures.picture("PNG", size=(9000, 1))).full.height == 1


def test_a_polyglot_loses_its_second_half() -> None:
    sent = pictures.picture("PNG") + pictures.packed("evil.html") + b"<script>alert(1)</script>"
    cleaned = clean(sent)
    assert b"<script" not in cleaned.full.data and b"PK\x03\x04" not in cleaned.full.data


@pytest.mark.parametrize("size", [(30_000, 30_000), (2_000_000_000, 2), (6400, 6400)])
def test_a_header_that_promises_too_much_is_refused_before_anything_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(BadImage) as refused:
        clean(pictures.png_saying(*size))
    assert refused.value.code is Bad.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "data",
    [
        pictures.picture()[:300],
        pictures.picture("PNG")[:60],
        pictures.picture("WEBP")[:40],
        pictures.png_saying(100, 100),
        b"\xff\xd8\xff" + b"noise" * 100,
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_broken_picture_is_refused(data: bytes) -> None:
    assert images.is_picture(data[:32])
    with pytest.raises(BadImage) as refused:
        clean(data)
    assert refused.value.code is Bad.BROKEN


def test_a_phones_own_format_is_named() -> None:
    with pytest.raises(BadImage) as refused:
        clean(b"\0\0\0\x18ftypheic" + b"\0" * 100)
    assert refused.value.code is Bad.HEIC


@pytest.mark.parametrize(
    "data",
    [b"<html>", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'>", b"PK\x03\x04", b"", b"BM" + b"\0" * 60],
)
def test_what_is_no_picture_is_not_taken_for_one(data: bytes) -> None:
    assert not images.is_picture(data)


MEASURE = """
import io, resource, sys
from PIL import Image
from wiki.core import images
file = io.BytesIO(open(sys.argv[1], "rb").read())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
images.clean(file, (640, 1280, 1920))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "size"), [("JPEG", (7700, 5190)), ("PNG", (7700, 5190)), ("WEBP", (5450, 3660)), ("AVIF", (5450, 3660))]
)
def test_the_largest_picture_takes_no_more_than_500_megabytes(
    kind: str, size: tuple[int, int], tmp_path: object
) -> None:
    path = f"{tmp_path}/large"
    Image.new("RGB", size, "navy").save(path, kind, method=0, speed=10)
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 500, done.stdout


def test_kinds_whose_decoders_hold_more_may_have_fewer_pixels() -> None:
    file = io.BytesIO()
    Image.new("P", (5000, 4001)).save(file, "GIF")
    with pytest.raises(BadImage) as refused:
        clean(file.getvalue())
    assert refused.value.most_pixels == images.MOST_PIXELS_OF_OTHERS
