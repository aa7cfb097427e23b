"""How hard a text is to read: the Flesch–Kincaid grade, by a small measure of our own.

    grade = 0.39 × words / sentences + 11.8 × syllables / words − 15.59

Most adults read a text of grade 8 with ease; newspapers lie near 11, contracts near 16. (J. P. Kincaid and
others, Derivation of New Readability Formulas, Naval Technical Training Command, 1975.)

Syllables are counted from the spelling: groups of vowels, less endings that are not heard, and vowels that are
heard apart, with a short list of words that break these rules. A line that ends without a full stop, as in a
list, is a sentence of its own. Points in abbreviations, figures and citations end none.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["grade", "sentences", "syllables", "words"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")

# ---------------------------------------------------------------- syllables

_BY_EAR = {
    "area": 3, "areas": 3, "argue": 2, "blessed": 1, "business": 2, "businesses": 3, "clothes": 1, "create": 2,
    "creates": 2, "every": 2, "everyone": 3, "everything": 3, "evening": 2, "heard": 1, "people": 2, "real": 1,
    "really": 2, "something": 2, "sometimes": 2, "therefore": 2, "thereof": 2, "hereof": 2, "whereas": 2,
    "hereby": 2, "hereto": 2, "hereunder": 3, "different": 2, "idea": 3, "ideas": 3, "interest": 2, "rhythm": 2,
    "science": 2, "sciences": 3, "several": 2, "theater": 3, "triage": 2, "wednesday": 2,
}  # fmt: skip
# An e within a word that is not heard: state|ment, care|ful, house|hold.
_SILENT_INSIDE = re.compile(
    r"(?<=[^aeiouyl])e(?=(?:ments?|less|lessness|ness|ful|fully|ly|ty|where|things?|works?|holds?|guards?|guarding"
    r"|keep|keeps|keeping|lines?|times?|some)$)"
)
# Endings that are not heard: mak|e but not tabl|e, ask|ed but not need|ed, mak|es but not charg|es, leag|ue.
_SILENT_END = re.compile(
    r"(?:[^aeiouyl]|[aeiouy]l)e$|(?:[^aeiouydtl]|[aeiouy]l|ll)ed$|(?:[^aeiouylcsxzgh]|[aeiouy]l|[^cs]h)es$|[gq]ues?$"
)
# Vowels that are heard apart: associ|ate, cli|ent, continu|ing, evalu|ate, re|act, co|operate; and mechanis|m.
_APART = re.compile(
    r"(?<![tscgx])io|(?<![tscgx])ia(?!l|n|ge)|(?<=[tscgx])iat|(?<=[dlnrvbp])ia(?:l|n)|iu|(?<!q)uou|eo(?!u|n|pl)"
    r"|eum|(?<=[lnrtd])ua|sual|(?<!q)uing|[aeoy]ing|yee|(?<!q)uen[ct]|(?<![tc])ient|(?<![tc])ienc|iet|[^aeiouy]ie(?:r|st)$"
    r"|^rea(?=ct|ss|pp)|^coo[pr]|creat|sms?$"
)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Return how many syllables ``word`` has when it is read aloud; a figure has one for each digit, up to four."""
    text = word.casefold().replace("’", "'")
    if text[:1].isdigit():
        return min(sum(c.isdigit() for c in text), 4)
    text = re.sub(r"'[a-z]*$", "", text)
    if text in _BY_EAR:
        return _BY_EAR[text]
    if word[: len(text)].isupper() and (len(text) in (2, 3) or not set(text) & set("aeiouy")):
        return len(text)  # said letter by letter: HHS
    text = _SILENT_INSIDE.sub("", text)
    heard = len(re.findall("[aeiouy]+", text)) - bool(_SILENT_END.search(text)) + len(_APART.findall(text))
    return max(heard, 1)


# ---------------------------------------------------------------- sentences and words

_END = re.compile(r"[.?!]+[\"'”’)\]]*(?=\s|$)|\n+")
# What stands before a point that ends no sentence: an abbreviation, one letter, letters with points (U.S.).
_ABBREVIATION = re.compile(
    r"(?:etc|vs|nos?|inc|corp|co|ltd|dr|mrs?|ms|st|jr|sr|secs?|arts?|cf|ph\.d|reg|paras?|approx|[a-z](?:\.[a-z])*)"
)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` that hold a word, without the white space around them."""
    out, start = [], 0
    for end in _END.finditer(text):
        if end[0][0] != "." or _ends(text[start : end.start()], text[end.end() :]):
            out.append(text[start : end.end()].strip())
            start = end.end()
    out.append(text[start:].strip())
    return tuple(s for s in out if _WORD.search(s))


def _ends(before: str, rest: str) -> bool:
    """Whether a point between ``before`` and ``rest`` ends a sentence."""
    last = re.search(r"[^\s(“\"]*$", before.casefold())
    return not rest.strip() or last is None or not _ABBREVIATION.fullmatch(last[0])


def words(text: str) -> tuple[str, ...]:
    """Return the words and figures of ``text``; a hyphen parts two words, an apostrophe none."""
    return tuple(_WORD.findall(text))


def grade(text: str) -> float:
    """Return the school grade that ``text`` asks for, to a tenth; 0.0 for a text without words.

    A short, easy text may come out below zero: the formula says so.
    """
    spoken = words(text)
    if not spoken:
        return 0.0
    heard = sum(map(syllables, spoken))
    return round(0.39 * len(spoken) / len(sentences(text)) + 11.8 * heard / len(spoken) - 15.59, 1)
