"""The language of targets, compiled from `knowledge/target_phrases.toml` and `knowledge/indicators.toml`.

All expressions are for lower-case clean text, and run in time linear in the few hundred characters that they are given.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .. import knowledge
from ..records import Direction


def phrases(kind: str) -> list[str]:
    """All words of the rows of `kind` in the table of target phrases."""
    return [word for row in knowledge.rows("target_phrases") if row["kind"] == kind for word in row.get("words", ())]


def pattern(kind: str) -> str:
    """The patterns of the rows of `kind`, as one alternation."""
    return "|".join(row["pattern"] for row in knowledge.rows("target_phrases") if row["kind"] == kind)


def alternation(*kinds: str, without: str = "") -> str:
    """The words of the rows of these kinds as one alternation, longest first; `without` is a start that is cut off."""
    words = sorted({word.removeprefix(without) for kind in kinds for word in phrases(kind)}, key=lambda w: (-len(w), w))
    return "|".join(map(re.escape, words))


def _from_first(words: list[str]) -> str:
    """Words as one alternation that begins with their first letters: what stands before is looked at behind those.

    An expression that begins with a letter is searched for several times as fast as one that begins with a look behind.
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(
        f"{re.escape(first)}(?<!\\w{re.escape(first)})(?:{'|'.join(rest)})" for first, rest in rests.items()
    )


def _words(*kinds: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_from_first([word for kind in kinds for word in phrases(kind)])})(?!\w)")


# What leads to a figure: bounds, predicates, verbs.
LEADING = ("filler", "predicate", "to_high", "to_low", "at_most", "at_least", "loose")
TAGS = {word: kind for kind in (*LEADING, "keep", "increase", "reduce") for word in phrases(kind)}
LEAD = re.compile(rf"(?:(?:^|(?<=[ ,;(“\"-]))(?:{alternation(*LEADING, 'keep', 'increase', 'reduce')})|:|[<>≥≤]=?) ?$")
REDUCE, INCREASE = frozenset(phrases("reduce")), frozenset(phrases("increase"))
FIRM, AT_MOST_AFTER = frozenset(phrases("firm_bound")), frozenset(phrases("at_most_after"))
AFTER = re.compile(rf"(?: [^\W\d_]+){{0,4}}? (?P<bound>{alternation('at_least_after', 'at_most_after')})(?!\w)")
AVERAGE = re.compile(rf"(?:{alternation('lifetime')}) (?:trung bình|bình quân) ?$")

# What begins an indicator, a clause, a new thing.
MEASURE = re.compile(rf"(?:{alternation('measure')})(?!\w)")
MEASURE_END = re.compile(rf"(?<!\w){MEASURE.pattern} ?$")
HAVING = re.compile(rf"(?<!\w)có (?={MEASURE.pattern})")
SET = re.compile(rf"(?:{_from_first(phrases('set'))}) ")
RATE_NAME = re.compile(r"(?:tỷ|tỉ) (?:lệ|suất|số|trọng)|mức|chỉ số|tốc độ")
LIGHT = re.compile(rf"[ ,.:()-]*(?:(?:{alternation('light')})(?!\w)[ ,:]*)*")
# Every alternative begins with a plain character, which makes the scan a fast one; hence two groups of a kind.
BREAK = re.compile(
    rf",(?P<hard> (?=(?:{alternation('opener')})(?!\w)))"
    rf"|,(?<!dân,)(?<!quan,)(?<!nhân,)(?<!nghiệp,)(?<!vị,)(?<!sở,)(?P<task> (?=(?:{alternation('task')})(?!\w)))"
    rf"|,(?P<measure> (?=(?:{alternation('measure')})(?!\w)))"
    r"| (?P<hard2>nhưng )"
    r"|;(?P<hard5> )"
    rf"|,(?P<hard4> (?={pattern('speaker')}))"
    rf"| (?P<hard3>và (?=(?:{alternation('opener_after_and')})(?!\w)))"
    rf"| (?P<measure2>và (?=(?:{alternation('measure')})(?!\w)))"
    r"| (?P<end>(?<!không )(?<!chỗ )(?<!nơi )(?<!bãi )(?=(?:để(?! ở)|nhằm) ))"
    r"|:(?P<colon>)"
)
BRACKET = re.compile(r" ?\((?P<inner>[^()]{0,400})(?P<close>\))?")
AFTER_BRACKET = re.compile(r" [^\W\d]")
HIDDEN = re.compile(r"\((?![^()]{0,44}(?:không thấp hơn|tối thiểu|ít nhất))[^()]{1,45}\)|“[^”]{1,400}”")
PASSIVE = _words("passive")
PASSIVE_VERB = re.compile(r"(?<!\w)(?:được|bị) [^\W\d]+(?: [^\W\d]+)?$")
HAS = re.compile(r"(?:có|được|đạt|đăng ký|ký|tham gia|thực hiện|sử dụng|hoàn thành|tổ chức|xây dựng) ")
GIVING = re.compile(r"(?<!\w)(?:tặng|trao|cấp phát) (?:\w+ )?$")
HELPING = re.compile(r"(?:^|[ ,])giúp ")
IS = re.compile(r"(?<!\w)là (?:từ |khoảng )?$")
TREND = re.compile(r" (?P<verb>giảm|tăng)(?: bình quân)?(?: ?/ ?năm| h[ằà]ng năm| mỗi năm)?$")
VERB = re.compile(rf"(?P<verb>{_from_first([*phrases('reduce'), *phrases('increase'), *phrases('raise')])})(?= |$)")
KEEP = re.compile(rf"(?:{alternation('keep')})(?!\w) ?")
RAISING = re.compile(rf"(?:{alternation('raise')})(?!\w) ?")
BASE = re.compile(rf" ?(?:{alternation('base')})(?!\w)")
HEAD = re.compile(rf"(?:{alternation('head')})(?!\w)")
SPLIT = re.compile(rf"(?:, và|,|;| và| hoặc|/) (?!(?:{alternation('second_half')})(?!\w))")
SUBGROUP = re.compile(
    r"(?:nếu là|riêng)(?: đối với)? (?:những |các )?(?P<group>[^,;()]{2,40}?) (?:thì|phải|đạt|là)(?!\w)"
)

# What makes a clause an objective, a statistic, a purpose, a share of money, a condition.
GOAL, AIM = _words("goal"), _words("aim")
PAST, PAST_WEAK, PURPOSE = (re.compile(pattern(kind)) for kind in ("past", "past_weak", "purpose"))
STATISTIC = re.compile(pattern("statistic"))
MONEY_BEFORE = re.compile(rf"(?<!\w)(?<!tỷ )(?<!tỉ )(?:{alternation('money_before')})(?!\w)")  # `tỷ lệ phí` is no fee
MONEY_AFTER = re.compile(rf" ?(?:số |tổng |các )?(?:{alternation('money_after')})(?!\w)")
CONDITION, LIFETIME = _words("condition"), _words("lifetime")
TIME, MARK = frozenset(phrases("time")), frozenset(phrases("mark"))
NOUN = re.compile(r" (?!trở |và |hoặc |đối |trên |tại |so |mỗi )[^\W\d]")
STRENGTH = re.compile(rf" ?(?:{alternation('strength')})(?!\w)")
BACKWARD = re.compile(pattern("backward"))
INDEX = _words("index")
MANPOWER = re.compile(rf" ?(?:{alternation('manpower')})(?!\w)")
FOUND_OUT = re.compile(r"phát hiện|xử lý|khởi tố|bắt|triệt|điều tra|khám phá")
ORDINAL = re.compile(rf"(?<!\w)(?:{alternation('ordinal')}) ?$")
STRUCTURE = re.compile(rf" ?(?:{alternation('structure')})(?!\w)")
UNIT_NAME = re.compile(rf" ?({alternation('unit')})(?!\w)")
COUNTER = re.compile(rf"(?:{alternation('unit', 'counter')})")
RATE_NOUN = re.compile(r" ?([^\W\d][^\d/]{0,40}[^\W\d]) ?(?:/| trên)")

# Targets without a figure.
# In a scan `để` is often read `đề`, which begins words of its own (`đề nghị`).
_LET = "đ[ểề](?! (?:nghị|xuất|cập|ra|bạt|cử|phòng|án|tài)(?!\\w))"
ZERO = re.compile(
    rf"không(?<!\wkhông) (?:(?:(?P<plain>{alternation('zero', without='không ').replace('để', _LET)})"
    rf"|(?P<goal>{alternation('zero_goal', without='không ')}))(?!\w) ?|(?=(?:{alternation('zero_noun')})(?!\w)))"
)
ZERO_TAIL = re.compile(rf" (?:{alternation('zero_tail')})$")
OUTPUT = re.compile(rf" ?(?:{alternation('output')})(?!\w)")
EACH = re.compile(r"(?<!\w)mỗi (?!năm|tháng|tuần|quý|ngày|người)")
MEMBER_TAIL, ZERO_PLACE, ZERO_WHEN = (re.compile(pattern(kind)) for kind in ("member_tail", "zero_place", "zero_when"))
PLACED = re.compile(r" (?:tại|trên|ở) ")
NO_ZERO = re.compile(rf"(?:{alternation('no_zero')})(?!\w)")
BARE = re.compile(
    rf"(?:(?:{alternation('before_bare')}) )?(?P<verb>{alternation('reduce')}|tăng|nâng) (?P<object>.{{3,200}})"
)
NO_BARE = re.compile(rf"(?:{alternation('no_bare')})(?!\w)")
SOURCE = re.compile(pattern("source"))
ARTICLE = re.compile(pattern("article"))
RESOLVE = re.compile(rf"(?<!\w)(?:{alternation('resolve')})(?: \w+)? $")

# Times, comparisons and what else stands at the ends of an indicator.
PERIOD = re.compile(rf"(?<!\w)(?:{pattern('period')})(?!\w)")
PERIOD_AT_START = re.compile(rf"(?:{pattern('period')})(?!\w)[ ,:]*")
PERIOD_AT_END = re.compile(rf"[ ,(]*(?<!\w)(?:{pattern('period')})\)?$")
EVERY_YEAR_AT_END = re.compile(r"[ ,]*(?:/ ?(?:1 )?năm|(?:h[ằà]ng|mỗi|từng|trong) năm|bình quân)$")
PER_YEAR = re.compile(r" ?/ ?(?:1 )?(?:năm|tháng|quý)(?!\w)")
EVERY_YEAR = re.compile(r" ?/ ?(?:1 )?năm(?!\w)|(?<!\w)(?:h[ằà]ng năm|mỗi năm)(?!\w)")
TAIL = re.compile(pattern("tail"))
LINKS = tuple(f" {word}" for word in phrases("link"))
RIGHT_LIGHT = re.compile(rf"(?:(?:{alternation('right_light')})(?!\w) ?)+(?=\w)")
COMPARISON = re.compile(r"\)?,? (?:so với|h[ằà]ng năm|mỗi năm)(?: [^ ,;.()]{1,20}){0,7}")
BASELINES = [
    (row["value"], re.compile(row["pattern"])) for row in knowledge.rows("target_phrases") if row["kind"] == "baseline"
]

# Tables of targets.
TABLE_NAME, TABLE_UNIT, TABLE_VALUE, TABLE_PAST = (
    re.compile(pattern(kind)) for kind in ("table_name", "table_unit", "table_value", "table_past")
)

# The three criteria of road safety.
THREE = ("crashes", "deaths", "injuries")
CRITERIA = re.compile(pattern("criteria"))
CRASH = re.compile(r"tai nạn|tngt|giao thông")
SPELLED_CRITERIA = re.compile(pattern("spelled_criteria"))
CRITERION = re.compile(
    r"(?:số )?(?:người )?(?:bị )?(?:chết|tử vong|thương)(?= (?:do|vì|trong|bởi|liên quan|gây|trên|tại|ở|so)(?!\w))"
)
BEFORE_FIGURE = re.compile(r"(?: (?:đều|giảm|từ|ít nhất|tối thiểu|khoảng|trên|hơn|dưới)){0,3} \d")

_INDICATORS = [
    (
        row["code"],
        re.compile(row["pattern"]),
        re.compile(row["unless"]) if "unless" in row else None,
        row.get("harm", False),
    )
    for row in knowledge.rows("indicators")
]


_HARM = frozenset(row["code"] for row in knowledge.rows("indicators") if row.get("harm", False))


def is_harm(code: str | None) -> bool:
    """Whether a code names what is to be reduced."""
    return code in _HARM


@lru_cache(maxsize=4096)
def indicator_code(thing: str, whole: str, direction: Direction = "reduce") -> str | None:
    """The code of an indicator's words in the vocabulary, None if it has none.

    Args:
        thing: The words, in lower case.
        whole: All that the statement names.
        direction: A coverage (`100% hộ ký cam kết không đua xe`) is not named after the harm that it speaks of.
    """
    coverage = direction in ("reach", "at_least", "keep") and not MEASURE.match(thing)
    for code, words, unless, harm in _INDICATORS:
        if not (coverage and harm) and words.search(thing) and not (unless and unless.search(whole)):
            return str(code)
    return None
