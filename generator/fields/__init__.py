"""Fields: the data dictionary, strict reading of answers by kind, and how a contract prints them."""

from __future__ import annotations

from generator.fields.dictionary import RULES as _DICTIONARY_RULES
from generator.fields.dictionary import Dictionary, Field, Option, read_dictionary
from generator.fields.kinds import KINDS, STATES
from generator.fields.phrases import (
    capitalized,
    first_few,
    listed,
    money_in_words,
    number_from_words,
    number_in_words,
    phrase,
    restyled,
    shortened,
)
from generator.fields.reading import RULES as _READING_RULES
from generator.fields.reading import read_value
from generator.fields.values import UNITS, UNKNOWN, Duration, Given, Percent, Record, Unknown, Value, texts_of

__all__ = [
    "KINDS",
    "RULES",
    "STATES",
    "UNITS",
    "UNKNOWN",
    "Dictionary",
    "Duration",
    "Field",
    "Given",
    "Option",
    "Percent",
    "Record",
    "Unknown",
    "Value",
    "capitalized",
    "first_few",
    "listed",
    "money_in_words",
    "number_from_words",
    "number_in_words",
    "phrase",
    "read_dictionary",
    "read_value",
    "restyled",
    "shortened",
    "texts_of",
]

RULES = (*_DICTIONARY_RULES, *_READING_RULES)
