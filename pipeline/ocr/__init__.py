"""Page images to words with boxes and confidence.

`recognise` is all that other rooms need. It is loaded when it is called: a run without scans needs neither numpy nor
OpenCV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .settings import OcrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from ..ingestion.pages import PageText
    from .cache import OcrCache

__all__ = ["OcrSettings", "recognise"]


def recognise(
    image: Image.Image | NDArray[np.uint8],
    dpi: float,
    settings: OcrSettings | None = None,
    cache: OcrCache | None = None,
    *,
    page: int = 1,
    reason: str = "",
) -> PageText:
    """The text of a page image: see `vnplan.ocr.recognition.recognise`."""
    from . import recognition

    return recognition.recognise(image, dpi, settings, cache, page=page, reason=reason)
