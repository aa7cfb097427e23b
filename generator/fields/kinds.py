"""The kinds of field and the lists they check against."""

from __future__ import annotations

from typing import Final

__all__ = ["KINDS", "RECORD_KINDS", "STATES"]

# USPS Publication 28, appendix B: states, the District of Columbia, and the territories.
STATES: Final = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "the District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "GU": "Guam", "MP": "the Northern Mariana Islands", "PR": "Puerto Rico",
    "VI": "the U.S. Virgin Islands",
}  # fmt: skip

KINDS: Final = (
    "text", "paragraphs", "date", "duration", "money", "percent", "integer", "yes_no", "choice", "several", "list",
    "record", "party_choice", "phone", "email", "url", "state", "zip", "ein", "npi", "uei",
)  # fmt: skip
# A kind that is only a record of that name.
RECORD_KINDS: Final = frozenset({"party", "person", "address", "contact"})
