"""Is this Vietnamese? Syllables by their structure, for telling encodings apart.

Vietnamese spelling is so regular that text decoded with the wrong table hardly ever gives possible syllables.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from ..knowledge import rows

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_TONE = re.compile(f"[{''.join(_TONES)}]")


@cache
def _parts(part: str) -> frozenset[str]:
    return frozenset(next(row["pattern"] for row in rows("syllable_parts") if row["part"] == part).split("|"))


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether a word can be one Vietnamese syllable: a known onset and rime, and a tone that the rime can carry.

    Args:
        word: One word, in any case and any Unicode form.
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONE.findall(decomposed)
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", _TONE.sub("", decomposed))
    stopped_tone = not tones or _TONES[tones[0]] in ("sắc", "nặng")
    for cut in range(min(3, len(plain)) + 1):
        if not cut or plain[:cut] in _parts("onset"):
            rime = plain[cut:]
            if rime in _parts("open_rime") or (stopped_tone and rime in _parts("stopped_rime")):
                return True
    return plain in ("gi", "q") and bool(tones)  # gì, gỉ: the i of the onset is the vowel too
