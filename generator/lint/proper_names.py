"""Names that clause text writes with capital letters and that no contract needs to define."""

from __future__ import annotations

from generator.fields.kinds import STATES

__all__ = ["NAMES", "PUBLIC_WORDS"]

# A name with one of these words names a law, an office or a place of government.
PUBLIC_WORDS = frozenset(
    "Act Acts Administration Agency Amendment Amendments Assembly Attorney Avenue Board Borough Bureau Cabinet Centers "
    "City Code College Commission Commissioner Commonwealth Comptroller Congress Constitution Council County Court "
    "Courts Department Division Executive "
    "Federal General Governor House Inspector Institute Internal Law Laws Legislature National Office Order Part Parts "
    "President Register Regulation Regulations Resolution Revised Rule Rules Schedule Secretary Section Senate "
    "Service Services State States Statute Statutes Subchapter Subpart Subtitle Street Supreme Title Town Treasury "
    "University".split()
)

NAMES = frozenset(
    # days, months, holidays
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December "
    # places and peoples
    "America American Americans United U.S U.S.A English Spanish Tribe Tribal Tribes Indian Washington "
    # what everybody in the field writes in short, and what is defined by law wherever it is cited
    "CFR U.S.C C.F.R USC FR EIN NPI UEI ZIP SAM HCPCS CPT ICD LOINC SNOMED FHIR API PDF CEO CFO SSN OMB OIG GAO IRS "
    "CMS HHS OCR SNAP WIC HIV "
    # the index of prices that the government publishes: Consumer Price Index for All Urban Consumers
    "Consumer Price Index All Urban Consumers "
    # single letters name list entries and statute parts
    "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z II III IV VI VII VIII IX XI XVIII XIX XX XXI "
    # the first word of something said aloud
    "Yes No Unknown Agreed".split()
) | frozenset(word for name in STATES.values() for word in name.split() if word[0].isupper())
