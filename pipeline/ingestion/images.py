"""Page images: PNG, JPEG, WebP, HEIF, AVIF, and TIFF of several pages.

Pages are decoded one after the other; a page that is broken costs the others nothing.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import (
    DamagedError,
    ImageTooLargeError,
    MissingDependencyError,
    TooManyPagesError,
    UnsupportedFormatError,
    VnplanError,
)
from ..records import Box
from ..settings import Settings
from .pages import PageText, Source
from .pdf import Recogniser

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

# What Pillow calls the formats; a JPEG with a second frame (a preview, or depth) is MPO to it.
_FORMATS = {
    "png": ("PNG",), "jpeg": ("JPEG", "MPO"), "webp": ("WEBP",), "tiff": ("TIFF",), "heif": ("HEIF",),
    "avif": ("AVIF",),
}  # fmt: skip
_NAMES = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "tiff": "TIFF", "heif": "HEIF (HEIC)", "avif": "AVIF"}
_A4_INCHES = 8.27


def read_image(
    data: bytes, name: str, kind: str, settings: Settings | None = None, recognise: Recogniser | None = None
) -> Source:
    """The pages of an image file.

    Args:
        data: The file's bytes.
        name: For messages only.
        kind: `png`, `jpeg`, `webp`, `tiff`, `heif` or `avif`.
        settings: `max_pages`, `max_pixels`.
        recognise: Reads a page image.

    Raises:
        DamagedError: None of its pages can be read.
        ImageTooLargeError: It is larger than `settings.max_pixels`.
        MissingDependencyError: There is no recognition.
    """
    settings = settings or Settings()
    pages: list[PageText] = []
    errors: list[VnplanError] = []
    for result in iter_images(data, kind, settings, recognise):
        if isinstance(result, PageText):
            pages.append(result)
        else:
            errors.append(result)
    if not pages:
        raise errors[0] if errors else DamagedError(f"is a {_NAMES[kind]} file without an image")
    return Source(kind, "paged", pages=tuple(pages), errors=tuple(errors))


def iter_images(
    data: bytes, kind: str, settings: Settings, recognise: Recogniser | None
) -> Iterator[PageText | VnplanError]:
    """The pages one after the other, or why one cannot be read.

    Raises:
        DamagedError: The file cannot be opened at all.
    """
    from PIL import Image, UnidentifiedImageError

    if recognise is None:
        yield MissingDependencyError("is an image, and there is no OCR to read it")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large images: they are refused below
            if kind == "heif":
                _learn_heif()
            image = Image.open(io.BytesIO(data), formats=_FORMATS[kind])
    except KeyError as error:  # this Pillow was built without the format
        raise UnsupportedFormatError(
            f"is an {_NAMES[kind]} image, and the Pillow installed cannot read it; save it as JPEG or PNG first"
        ) from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        if isinstance(error, Image.DecompressionBombError):
            yield _too_large(0, settings, None)
            return
        raise DamagedError(f"is a damaged {_NAMES[kind]} image; get a whole copy of it") from error
    with image:
        total = _count(image) if kind == "tiff" else 1
        for index in range(min(total, settings.max_pages)):
            yield _page(image, index, total, settings, recognise)
        if total > settings.max_pages:
            yield TooManyPagesError(
                f"has {total} pages, more than the limit of {settings.max_pages}; the first {settings.max_pages} are "
                "read: split it, or raise the limit (--max-pages, Settings.max_pages)",
                page=settings.max_pages + 1,
            )


def _count(image: ImageFile) -> int:
    """Number of pages; of a file whose list of pages is cut short, those that can be reached."""
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # a broken chain of pages
        count = 0
        while count < 100_000:
            try:
                image.seek(count)
            except Exception:
                break
            count += 1
        return max(count, 1)


def _page(
    image: ImageFile, index: int, total: int, settings: Settings, recognise: Recogniser
) -> PageText | VnplanError:
    number = index + 1
    try:
        image.seek(index)
        wide, high = image.size
        if wide * high > settings.max_pixels:
            return _too_large(wide * high, settings, number)
        dpi = _resolution(image)
        across, down = _stated(image)
        image.load()
        upright = _square(_upright(image), across, down, settings.max_pixels)
    except VnplanError as error:
        error.page = number
        return error
    except Exception as error:  # Pillow's decoders raise almost anything on broken data
        which = f"its page {number} of {total} is" if total > 1 else "is"
        return DamagedError(f"{which} a damaged image ({type(error).__name__}); the other pages are read", page=number)
    try:
        page = recognise(_plain(upright), dpi)
    except VnplanError as error:
        error.page = number
        return error
    marks = tuple(replace(m, box=Box(number, m.box.x0, m.box.y0, m.box.x1, m.box.y1)) for m in page.marks)
    reason = f"image recognised at {dpi:.0f} dpi"
    return replace(page, page=number, marks=marks, reason=f"{reason}; {page.reason}" if page.reason else reason)


def _learn_heif() -> None:
    """Let Pillow read HEIF.

    Raises:
        MissingDependencyError: The package that does so is missing.
    """
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise MissingDependencyError(
            "is a HEIF (HEIC) image: install pillow-heif (pip install pillow-heif), or save it as JPEG first"
        ) from error
    register_heif_opener(thumbnails=False)


def _upright(image: ImageFile) -> Image:
    """The picture turned as its EXIF data or TIFF tags say."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(image) or image.copy()


def _stated(image: ImageFile) -> tuple[float, float]:
    """Dots per inch across and down as the file says; 0 where it does not."""
    stated = image.info.get("dpi")
    try:
        across, down = stated if isinstance(stated, tuple) else (0, 0)
        return float(across), float(down)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0


def _square(image: Image, across: float, down: float, max_pixels: int) -> Image:
    """The picture with square pixels: those of faxes are twice as high as they are wide (204 dots by 98)."""
    if not (50 <= across <= 1300 and 50 <= down <= 1300 and 1.2 < max(across, down) / min(across, down) < 4.5):
        return image
    wide, high = image.size
    size = (wide, round(high * across / down)) if across > down else (round(wide * down / across), high)
    if size[0] * size[1] > max_pixels:
        return image
    return (image.convert("L") if image.mode == "1" else image).resize(size)


def _plain(image: Image) -> Image:
    """The image in black and white, grey or colour, transparent parts white."""
    if image.mode in ("1", "L", "RGB"):
        return image
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        from PIL import Image as Pillow

        shown = image.convert("RGBA")
        paper = Pillow.new("RGBA", shown.size, "white")
        paper.alpha_composite(shown)
        return paper.convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        # sixteen bits or more: spread what there is over the greys
        import numpy as np
        from PIL import Image as Pillow

        values = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        return Pillow.fromarray(((values - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8))
    return image.convert("RGB")


def _resolution(image: ImageFile) -> float:
    """Dots per inch as the file says; else as if the shorter side were that of A4 paper."""
    dpi = max(_stated(image))  # of faxes, which have two, after their pixels were made square
    # cameras write 72 for any picture
    if 90 <= dpi <= 1300 and 3 <= image.size[0] / dpi <= 40:
        return dpi
    return min(max(min(image.size) / _A4_INCHES, 50.0), 1200.0)


def _too_large(pixels: int, settings: Settings, page: int | None) -> ImageTooLargeError:
    size = f"{pixels / 1e6:.0f} million pixels, " if pixels else ""
    return ImageTooLargeError(
        f"has an image of {size}more than the limit of {settings.max_pixels / 1e6:.0f} million: "
        "make it smaller, or raise the limit (Settings.max_pixels)",
        page=page,
    )
