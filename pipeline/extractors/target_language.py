"""The language of targets, compiled from `knowledge/target_phrases.toml` and `knowledge/indicators.toml`.

All expressions are for lower-case clean text, and run in time linear in the few hundred characters that they are given.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from .. import knowledge
from ..records import Direction
from ..text.patterns import Pattern


@cache
def _by_kind() -> dict[str, list[dict[str, Any]]]:
    """The table of target phrases, by the kind of its rows."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in knowledge.rows("target_phrases"):
        found.setdefault(row["kind"], []).append(row)
    return found


def _rows(kind: str) -> list[dict[str, Any]]:
    return _by_kind().get(kind, [])


def phrases(kind: str) -> list[str]:
    """All words of the rows of `kind` in the table of target phrases.

    Raises:
        KeyError: No row has words of this kind.
    """
    found = [word for row in _rows(kind) for word in row.get("words", ())]
    if kind == "unit":
        found += [unit for row in knowledge.rows("indicators") for unit in row.get("units", ())]
    if not found:
        raise KeyError(f"target_phrases.toml has no words of the kind {kind!r}")
    return found


def pattern(kind: str) -> str:
    """The patterns of the rows of `kind`, as one alternation.

    Raises:
        KeyError: No row has a pattern of this kind.
    """
    found = [row["pattern"] for row in _rows(kind) if "pattern" in row]
    if not found:
        raise KeyError(f"target_phrases.toml has no pattern of the kind {kind!r}")
    return "|".join(found)


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


def _words(*kinds: str) -> Pattern:
    """Finds the words of these kinds where they are no part of a longer word."""
    return Pattern(rf"(?:{_from_first([word for kind in kinds for word in phrases(kind)])})(?!\w)")


def _named(*kinds: str) -> Pattern:
    """Matches one of the words of these kinds, after a space or not."""
    return Pattern(rf" ?(?:{alternation(*kinds)})(?!\w)")


def _pattern(kind: str) -> Pattern:
    return Pattern(pattern(kind))


AND, OR, NUMBER = phrases("and")[0], phrases("or")[0], phrases("number_noun")[0]
JOINT = Pattern(rf"[,;:(]| {AND} | (?:{alternation('but')}) ")  # what parts one statement from the next
START_JOINT = Pattern(rf"[;:]| {AND} | (?:{alternation('but')}) ")  # … where a figure starts from another one
MARKS = ("; ", ", ", f" {AND} ")
LINKED = (",", AND, f", {AND}", "")  # what may stand between the members of a list

# What leads to a figure: bounds, predicates, verbs. The words before it are looked up from the longest group on.
LEADING = ("filler", "predicate", "to_high", "to_low", "at_most", "at_least", "loose")
TAGS = {word: kind for kind in (*LEADING, "keep", "increase", "reduce") for word in phrases(kind)}
LONGEST_LEAD = max(len(word.split()) for word in TAGS)
GROWTH = frozenset(phrases("growth"))  # verbs that name an indicator where nothing stands before them
REDUCE, INCREASE = frozenset(phrases("reduce")), frozenset(phrases("increase"))
FIRM, AT_MOST_AFTER = frozenset(phrases("firm_bound")), frozenset(phrases("at_most_after"))
LOOSE_BOUND = frozenset(phrases("loose_bound"))  # `nhỏ hơn`, `ít hơn`: they bound a figure without setting it
SINCE, OVER, DUE, POSSESS = (frozenset(phrases(kind)) for kind in ("since", "over", "due", "possess"))
AFTER = Pattern(rf"(?: [^\W\d_]+,?){{0,4}}? (?P<bound>{alternation('at_least_after', 'at_most_after')})(?!\w)")
AFTER_SINCE = Pattern(rf"(?: [^\W\d_]+){{0,12}}? (?P<bound>{alternation('at_least_after', 'at_most_after')})(?!\w)")
AFTER_WORDS = phrases("at_least_after")[0]  # `trở lên`
AFTER_PART = Pattern(rf"(?<!\w){AFTER_WORDS.split()[0]} $")  # `trở` before `lên`
AVERAGE = Pattern(rf"(?:{alternation('lifetime')}) (?:{alternation('average')}) ?$")

# What begins an indicator, a clause, a new thing.
MEASURE = Pattern(rf"(?:{alternation('measure')})(?!\w)")
MEASURE_END = Pattern(rf"(?<!\w){MEASURE.pattern} ?$")
HAVING = Pattern(rf"(?<!\w)(?:{alternation('having', 'with')}) (?={MEASURE.pattern})")
SET = Pattern(rf"(?:{_from_first(phrases('set'))}) ")
RATE_NAME = Pattern(alternation("rate_name"))
LIGHT = Pattern(rf"[ ,.:()-]*(?:(?:{alternation('light')})(?!\w)[ ,:]*)*")
_SERVING = rf"(?:{{words}})(?! (?:{alternation('not_purpose_after')})(?!\w)) "
# Every alternative begins with a plain character, which makes the scan a fast one; hence two groups of a kind.
BREAK = Pattern(
    rf",(?P<hard> (?=(?:{alternation('opener')})(?!\w))(?!(?:{alternation('no_opener')})(?!\w)))"
    rf"|,(?P<nominal> (?=(?:{alternation('opener_nominal')})(?!\w)))"
    rf"|,{''.join(f'(?<!{word},)' for word in phrases('compound_end'))}"
    rf"(?P<task> (?=(?:{alternation('task')})(?!\w)))"
    rf"|,(?P<measure> (?=(?:{alternation('measure')})(?!\w)))"
    rf"| (?P<hard2>(?:{alternation('but')}) )"
    r"|;(?P<semicolon> )"
    rf"|,(?P<hard4> (?={pattern('speaker')}))"
    rf"| (?P<hard3>{AND} (?=(?:{alternation('opener_after_and')})(?!\w)))"
    rf"| (?P<task2>{AND} (?=(?:{alternation('task_after_and')})(?!\w)))"
    rf"| (?P<measure2>{AND} (?=(?:{alternation('measure')})(?!\w)))"
    rf"| (?P<end>(?={_SERVING.format(words=alternation('purpose_break'))}))"
    rf"| (?P<serve>{''.join(f'(?<!{word} )' for word in phrases('not_purpose_before'))}"
    rf"(?={_SERVING.format(words=alternation('serving_break'))}))"
    r"|:(?P<colon>)"
)
BRACKET = Pattern(r" ?\((?P<inner>[^()]{0,400})(?P<close>\))?")
AFTER_BRACKET = Pattern(r" [^\W\d]")
HIDDEN = Pattern(rf"\((?![^()]{{0,44}}(?:{alternation('firm_bound')}))[^()]{{1,45}}\)|“[^”]{{1,400}}”")
DETAIL = Pattern(rf"\((?:{alternation('detail')})(?!\w)[^()]{{0,400}}")
PART = Pattern(rf"[ ,;(]*(?:{alternation('part_of')}),? (?P<part>(?:{alternation('part_quality')})(?!\w))")
GROUP_OF = Pattern(rf"(?<!\w)(?:{alternation('group_of')}) ?$")
PASSIVE, TELLS, PASSIVE_VERB, AGENT = (
    _words("passive"),
    _pattern("tells"),
    _pattern("passive_verb"),
    _pattern("agent"),
)
HAS = Pattern(rf"(?:{alternation('has')}) ")
GIVING, HELPING, IS, TREND = (_pattern(kind) for kind in ("giving", "helping", "is", "trend"))
NO_VERB = "|".join(f" {word}(?!\\w)" for word in phrases("no_verb"))  # `tăng cường` is no `tăng`
VERB = Pattern(
    rf"(?P<verb>{_from_first([*phrases('reduce'), *phrases('increase'), *phrases('raise')])})(?!{NO_VERB})(?= |$)"
)
FALL = Pattern(rf"(?:{alternation('fall')})(?!\w) ?")
PACE_END = Pattern(rf"(?<!\w)(?:{alternation('pace')}) $")
KEEP = Pattern(rf"(?:{alternation('keep')})(?!\w) ?")
RAISING = Pattern(rf"(?:(?:{alternation('raise')})(?!\w)|(?:{alternation('lower')}) (?={MEASURE.pattern})) ?")
BASE = _named("base")
HEAD = Pattern(rf"(?:{alternation('head')})(?!\w)")
SPLIT = Pattern(rf"(?:, {AND}|,|;| {AND}| {OR}|/) (?!(?:{alternation('second_half')})(?!\w))")
SUBGROUP, RANK, WORK_FOR, WORK_VERB = (
    _pattern("subgroup"),
    _pattern("rank"),
    _pattern("work_for"),
    Pattern(rf"(?:{alternation('work_verb')})(?!\w)"),
)
KIND_OF = Pattern(rf"(?:{alternation('kind_of')}) ")
PURPOSE_HEADING = _pattern("purpose_heading")
ANEW = _pattern("anew")
IN_TURN = _words("in_turn")
TAKES = frozenset(phrases("takes"))
TREATING = Pattern(rf"(?:{alternation('treating')})(?!\w)")
AND_WORK = Pattern(rf" {AND} (?=(?:{alternation('work_verb', 'treating')})(?: [^\W\d]+){{0,2}} ?$)")
IN_PLACES = Pattern(rf" (?P<place>{alternation('in_places')})(?: [^\W\d]+){{0,2}} ?$")
WORK_BEGINS = Pattern(rf"(?:{alternation('work_verb', 'treating', 'task')})(?!\w)")
EACH_ENDS = Pattern(
    rf" (?=(?:{alternation('each_does')}|{alternation('filler', 'predicate', 'at_least', 'at_most')}|\d)(?!\w))"
)
TURN, WHOM = _named("turn"), tuple(f" {word} " for word in phrases("whom"))

# What makes a clause an objective, a statistic, a purpose, a share of money, a condition.
GOAL, AIM, RESOLVED = _words("goal"), _words("aim"), _words("strong_resolve")
AIM_IN_REPORT = _words("aim_in_report")
PAST, PAST_WEAK, PURPOSE, STATISTIC = (_pattern(kind) for kind in ("past", "past_weak", "purpose", "statistic"))
FORECAST, SCALE = _pattern("forecast"), _pattern("scale")
MONEY_BEFORE = Pattern(rf"(?<!\w)(?<!tỷ )(?<!tỉ )(?:{alternation('money_before')})(?!\w)")  # `tỷ lệ phí` is no fee
MONEY_AFTER = Pattern(rf" ?(?:{pattern('money_head')})?(?:{alternation('money_after')})(?!\w)")
CONDITION_OVER = _pattern("condition_over")
CONDUCT_WORK, IF, SPENDING = _words("conduct_work"), _pattern("if"), _pattern("spending")
ADDED, RECEIVERS = frozenset(phrases("added")), _pattern("receivers")
CONDITION, LIFETIME, BREACH, SHARE = _words("condition"), _words("lifetime"), _words("breach"), _words("share")
TIME, MARK = frozenset(phrases("time")), frozenset(phrases("mark"))
TIMES, POINTS, AREA, OCCASIONS, HEADS = (
    frozenset(phrases(kind)) for kind in ("times", "points", "area", "occasion", "head_count")
)
WHOLE_NUMBER = Pattern(rf"(?:{alternation('whole_number')}) ")
MONEY = Pattern(rf"(?:{alternation('scale_of_money')}) .+")
CONDUCT = frozenset(phrases("conduct"))
REACHED, PEOPLE = frozenset(phrases("reached")), frozenset(phrases("people"))
AGES = frozenset(phrases("age"))
NOUN = Pattern(rf" (?!(?:{alternation('no_noun')}) )[^\W\d]")
STRENGTH = _named("strength")
BACKWARD = _pattern("backward")
INDEX = _words("index")
MANPOWER = _named("manpower")
FOUND_OUT = _pattern("found_out")
ORDINAL = Pattern(
    rf"(?<!\w){''.join(f'(?<!{word} )' for word in phrases('no_ordinal_before'))}(?:{alternation('ordinal')}) ?$"
)
GOES_ON = Pattern(rf" (?:{alternation('goes_on')}) ")
MAKEUP = Pattern(rf"(?:{alternation('makeup')})(?!\w)")
DIVIDED = Pattern(rf"(?:{alternation('divided')})(?!\w)")
STRUCTURE = _named("structure")
UNIT_NAME = Pattern(rf" ?({alternation('unit')})(?!\w)")
COUNTER = Pattern(rf"(?:{alternation('unit', 'counter')})")
RATE_NOUN = Pattern(rf" ?([^\W\d][^\d/]{{0,40}}[^\W\d]) ?(?:/| {alternation('rate_link')})")
DONE = _words("done")

# Targets without a figure.
NOT, _LET = phrases("negation")[0], phrases("let")[0]
ZERO = Pattern(
    rf"{NOT}(?<!\w{NOT}) (?:"
    rf"(?:(?P<plain>{alternation('zero', without=f'{NOT} ').replace(_LET, pattern('misread_let'))})"
    rf"|(?P<goal>{alternation('zero_goal', without=f'{NOT} ')}))(?!\w) ?|(?=(?:{alternation('zero_noun')})(?!\w)))"
)
BOUNDED = Pattern(rf" ?(?:{alternation('over_number')}) \d")
TOPIC = Pattern(rf"(?:{alternation('topic')}) ")
ZERO_TAIL = Pattern(rf" (?:{alternation('zero_tail')})$")
OUTPUT = _named("output")
EACH = _pattern("each")
MEMBER_TAIL, ZERO_PLACE, ZERO_WHEN, ZERO_EFFECT, PLACED = (
    _pattern(kind) for kind in ("member_tail", "zero_place", "zero_when", "zero_effect", "placed")
)
RECEIVERS_END, ATTAINED = _pattern("receivers_end"), _pattern("attained")
NO_ZERO = Pattern(rf"(?:{alternation('no_zero')})(?!\w)")
BARE = Pattern(
    rf"(?:(?:{alternation('before_bare', 'prevented')}) )?"
    rf"(?P<verb>{alternation('reduce', 'bare_verb', 'keep')})(?: (?:{alternation('bare_manner')}))?"
    r" (?P<object>.{3,200})"
)
GRADUAL = frozenset(phrases("gradual"))
BARE_VERBS, KEEPING = frozenset(phrases("bare_verb")), frozenset(phrases("keep"))
BARE_INCREASE = Pattern(rf"(?:{alternation('bare_increase')})(?!\w)")
NUMBER_OF = Pattern(rf"(?:{alternation('number_of')})(?!\w)")
KEPT_BARE = Pattern(rf"(?:{alternation('kept_bare')})(?!\w)")
NO_BARE = Pattern(rf"(?:{alternation('no_bare')})(?!\w)")
SOURCE, ARTICLE, PLURAL, RAISED = (_pattern(kind) for kind in ("source", "article", "plural", "raised"))
RESOLVE = Pattern(rf"(?<!\w)(?:{alternation('resolve')})(?: \w+)? $")

# Times, comparisons and what else stands at the ends of an indicator.
PERIOD = Pattern(rf"(?<!\w)(?:{pattern('period')})(?!\w)")
PERIOD_AT_START = Pattern(rf"(?:{pattern('period')})(?!\w)[ ,:]*")
PERIOD_AT_END = Pattern(rf"[ ,(]*(?<!\w)(?:{pattern('period')})\)?$")
YEARS_END = tuple(phrases("years_end"))
RATE_OF_GROWTH = _pattern("rate_of_growth")
RATE_ALONE = _pattern("rate_alone")
EVERY_YEAR_AT_END, PER_YEAR, EVERY_YEAR = (_pattern(kind) for kind in ("every_year_at_end", "per_year", "every_year"))
TAIL = _pattern("tail")
LINKS = tuple(f" {word}" for word in phrases("link"))
RIGHT_LIGHT = Pattern(rf"(?:(?:{alternation('right_light')})(?!\w) ?)+(?=\w)")
COMPARISON = _pattern("comparison")
COMPARED = _pattern("compared")
BASELINES = [(row["value"], Pattern(row["pattern"])) for row in _rows("baseline")]
NO_PERIOD = tuple(phrases("no_period_before"))
YEAR_WORD = phrases("year_word")[0]

# Tables of targets.
TABLE_NAME, TABLE_UNIT, TABLE_VALUE, TABLE_PAST, TABLE_ITEM, TABLE_GOAL, TABLE_MILESTONE = (
    _pattern(f"table_{kind}") for kind in ("name", "unit", "value", "past", "item", "goal", "milestone")
)

TABLE_YEARS = frozenset(phrases("table_years"))

# The three criteria of road safety.
THREE = ("crashes", "deaths", "injuries")
CRITERIA, CRASH, CRITERION, BEFORE_FIGURE, SPELLED_CRITERIA = (
    _pattern(kind) for kind in ("criteria", "crash", "criterion", "before_figure", "spelled_criteria")
)
CRASH_COUNT = phrases("crash_count")[0]

_INDICATORS = [
    (
        row["code"],
        Pattern(row["pattern"]),
        Pattern(row["unless"]) if "unless" in row else None,
        row.get("harm", False),
    )
    for row in knowledge.rows("indicators")
]


_NAMED_BY = 60  # what is told of many is named by its first words, in characters
_HARM = frozenset(row["code"] for row in knowledge.rows("indicators") if row.get("harm", False))


def is_harm(code: str | None) -> bool:
    """Whether a code names what is to be reduced."""
    return code in _HARM


def baseline(compared: str, direction: Direction) -> str | None:
    """What lower-case words compare with: a year or years, `previous_year`, `annual`; None where they say nothing."""
    for value, expression in BASELINES:
        match = expression.search(compared)
        if match is None:
            continue
        if value in ("year", "span"):
            return match["year"].replace(" ", "")
        if value != "annual" or direction in ("reduce", "increase"):
            return str(value)
    return None


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
        match = None if coverage and harm else words.search(thing)
        if match and not (coverage and match.start() > _NAMED_BY) and not (unless and unless.search(whole)):
            return str(code)
    return None
