"""How hard a text is to read: counted by hand for words, sentences and texts that others have measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.reading_level import grade, sentences, syllables, words

# Counted aloud, with a dictionary where in doubt.
COUNTED = {
    1: "a asked breach called days due fee fees files free health homes house league makes meals names paid "
       "real rules signed takes the times true used while whole year years",
    2: "acquire agree agreed agrees approves audit being boxes breaches building business careful carried "
       "carries causes changes charges client client's clients create creates cycle diet doing dual ended "
       "fluent frequent going handle handled handles homeless houses hygiene lawyer license little marriage "
       "matches needed notice partial parties party patient paying payment payments people people's "
       "placement program programs purchase question questions quiet react region require required rhythm "
       "safeguards safety saying science seeing service settled single social special survive survives table "
       "timely title titles triage trial unique uses value written yearly",
    3: "actual agreement annual area areas audience carrier committee continue created creating criminal "
       "deliver delivered denial disclosure discover discovered earliest easier efficient employee employees "
       "example examples financial guarantee hospital idea influence initial insurance liable licenses "
       "manual museum notices official ongoing outgoing period physician pioneer possible premises privacy "
       "provider purchaser purchases quality reaction recycled religion requirement requirements services "
       "terminate theory transition usual various video",
    4: "annually appropriate associate authority beneficial community confidential continuing cooperate "
       "coordinate custodian diagnosis eligible experience immediate information material mechanism "
       "mediation negotiate obedience reasonable recipient reliable responsible security situation society "
       "termination usually valuable variation variety",
    5: "associated coordination evaluation immediately individual liability negotiation organization "
       "organization's",
}  # fmt: skip


@pytest.mark.parametrize("count", sorted(COUNTED))
def test_syllables_are_counted_as_they_are_heard(count: int) -> None:
    assert {w: syllables(w) for w in COUNTED[count].split()} == dict.fromkeys(COUNTED[count].split(), count)


def test_capital_letters_figures_and_abbreviations_are_read_aloud_too() -> None:
    assert syllables("Organization") == 5
    assert syllables("CBO’s") == 3
    assert syllables("HHS") == 3
    assert [syllables(f) for f in ("7", "30", "1,000", "164.504")] == [1, 2, 4, 4]


GETTYSBURG = " ".join(
    """
Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty,
and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war,
testing whether that nation, or any nation so conceived and so dedicated, can long endure. We are met on a great
battle-field of that war. We have come to dedicate a portion of that field, as a final resting place for those
who here gave their lives that that nation might live. It is altogether fitting and proper that we should do
this. But, in a larger sense, we can not dedicate -- we can not consecrate -- we can not hallow -- this ground.
The brave men, living and dead, who struggled here, have consecrated it, far above our poor power to add or
detract. The world will little note, nor long remember what we say here, but it can never forget what they did
here. It is for us the living, rather, to be dedicated here to the unfinished work which they who fought here
have thus far so nobly advanced. It is rather for us to be here dedicated to the great task remaining before us
-- that from these honored dead we take increased devotion to that cause for which they gave the last full
measure of devotion -- that we here highly resolve that these dead shall not have died in vain -- that this
nation, under God, shall have a new birth of freedom -- and that government of the people, by the people, for
the people, shall not perish from the earth.
""".split()
)


def test_the_gettysburg_address_has_the_grade_that_others_find() -> None:
    """272 words in ten sentences; published measures by this formula lie between 10.9 and 11.2."""
    assert len(words(GETTYSBURG)) == 272
    assert len(sentences(GETTYSBURG)) == 10
    assert 10.7 <= grade(GETTYSBURG) <= 11.2


def test_a_text_counted_by_hand_has_exactly_the_grade_of_the_formula() -> None:
    text = "The cat sat on the mat. It was a warm day."  # 11 words, 2 sentences, 11 syllables
    assert grade(text) == round(0.39 * 11 / 2 + 11.8 * 11 / 11 - 15.59, 1) == -1.6


def test_contract_language_is_harder_than_plain_language() -> None:
    contract = (
        "Notwithstanding any provision herein to the contrary, the obligations of confidentiality set forth in this "
        "Agreement shall survive expiration or termination and shall continue until such time as the information "
        "ceases to constitute confidential information of the disclosing organization."
    )
    plain = "Keep what you learn about each other to yourselves. This goes on after the contract ends."
    assert grade(contract) > 20
    assert grade(plain) < 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three!", 3),
        ("Acme Inc. pays. It may, e.g., pay by check.", 2),
        ("The U.S. Department cites 45 CFR 164.504(e). That is the rule.", 2),
        ("The fee is 1,250.50 dollars. It is due on day 30. Then it is late.", 3),
        ("The provider:\nkeeps records\nsends reports", 3),
        ("They said “stop.” Then they left.", 2),
        ("", 0),
        ("— 1. —", 1),
    ],
)
def test_a_point_ends_a_sentence_only_where_a_reader_would_stop(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


def test_a_text_without_words_has_no_grade() -> None:
    assert grade("") == grade(" — ; … ") == 0.0


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_measured(text: str) -> None:
    assert isinstance(grade(text), float)
    assert all(syllables(w) >= 1 for w in words(text))
    assert sum(len(words(s)) for s in sentences(text)) == len(words(text))
