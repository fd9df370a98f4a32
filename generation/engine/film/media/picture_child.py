"""The child that opens a stranger's picture: `python -I picture_child.py SOURCE TARGET THUMBNAIL FORMAT`.

It imports nothing of ours, so that it starts quickly and holds little. It prints one JSON object: {"width", "height"}
or {"refused": reason, ...}. The picture is written as 8-bit sRGB PNG, upright, without any metadata.
"""

from __future__ import annotations

import io
import json
import sys

MAX_PIXELS, MAX_SIDE_PX, MIN_SIDE_PX = 64_000_000, 16_384, 64
LONG_SIDE_PX, SHORT_SIDE_PX, KEPT_PIXELS = 3840, 2160, 16_000_000
THUMBNAIL_PX = 400


class Refused(Exception):
    def __init__(self, reason, **facts):
        super().__init__(reason)
        self.facts = {"refused": reason, **facts}


def open_picture(path, kind):
    """The picture, not decoded yet, by the one decoder its content calls for."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit stands below, with a sentence of its own
    if kind == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener()
    try:
        picture = Image.open(path, formats=[kind])
    except UnidentifiedImageError:
        raise Refused("broken") from None
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise Refused("too_many_pixels", width=width, height=height)
    if min(width, height) < MIN_SIDE_PX:
        raise Refused("too_small", width=width, height=height)
    return picture


def shrink_factor(width, height):
    """How much smaller the picture may get and still cover a 4K frame of its own orientation."""
    long_px, short_px = max(width, height), min(width, height)
    cover = max(LONG_SIDE_PX / long_px, SHORT_SIDE_PX / short_px)
    return min(1.0, cover, (KEPT_PIXELS / (width * height)) ** 0.5)


def upright_srgb(picture):
    """8-bit RGB as a person sees it: turned as its EXIF says, its profile applied, what is transparent filled."""
    from PIL import ImageOps

    profile = picture.info.get("icc_profile")
    if picture.format == "JPEG":
        factor = shrink_factor(*picture.size)
        picture.draft(None, tuple(max(1, int(side * factor)) for side in picture.size))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        picture = eight_bits(picture)
    if picture.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = to_srgb(picture.convert("RGB") if alpha else picture, profile)
    return colours if alpha is None else flattened(colours, alpha)


def eight_bits(picture):
    import numpy as np
    from PIL import Image

    values = np.asarray(picture).astype(np.float64)
    top = 65535.0 if values.max(initial=0.0) > 255.0 else 255.0 if values.max(initial=0.0) > 1.0 else 1.0
    return Image.fromarray(np.clip(np.nan_to_num(values) / top * 255.0 + 0.5, 0, 255).astype(np.uint8), "L")


def to_srgb(picture, profile):
    from PIL import ImageCms

    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile is no reason to refuse a picture
    return picture.convert("RGB")


def flattened(colours, alpha):
    """Over near-black, or over white where what is drawn is itself dark."""
    from PIL import Image, ImageStat

    drawn = ImageStat.Stat(colours.convert("L"), mask=alpha.point(lambda value: 255 if value > 127 else 0))
    dark = bool(drawn.count[0]) and drawn.mean[0] < 90.0
    ground = Image.new("RGB", colours.size, (244, 242, 238) if dark else (14, 13, 16))
    ground.paste(colours, mask=alpha)
    return ground


def prepare(source, target, thumbnail, kind):
    from PIL import Image

    picture = upright_srgb(open_picture(source, kind))
    factor = shrink_factor(*picture.size)
    if factor < 1.0:
        size = tuple(max(2, round(side * factor)) for side in picture.size)
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    clean = Image.new("RGB", picture.size)  # a new picture: nothing of the old one's metadata comes along
    clean.paste(picture)
    clean.save(target, "PNG", compress_level=3)
    small = clean.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    small.save(thumbnail, "JPEG", quality=82)
    return {"width": clean.width, "height": clean.height}


def main():
    try:
        facts = prepare(*sys.argv[1:5])
    except Refused as refused:
        facts = refused.facts
    except MemoryError:
        facts = {"refused": "too_much_memory"}
    except Exception as error:  # what a decoder says of a stranger's file is only ever about that file
        facts = {"refused": "broken", "said": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
