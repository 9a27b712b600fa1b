"""What can identify a person is stopped here, before anything is stored.

Columns are recognised by the words of their heading and by the pattern of their cells. Cells are never
shown: a message has their pattern, in which every letter is `A` or `a` and every digit `9`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

CONTACTS = {
    "e-mail addresses": re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"),
    "web addresses": re.compile(r"https?://|\bwww\.", re.IGNORECASE),
    "IP addresses": re.compile(
        r"(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.])|\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){5,7}\b", re.IGNORECASE
    ),
    "telephone numbers": re.compile(r"(?<![\d.])(\+\d|\(?0\d)([ ()./-]*\d){7,12}(?![\d.])"),
    "postcodes": re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b"),
    "National Insurance numbers": re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?(\d{2} ?){3}[A-D]\b", re.IGNORECASE),
    "health service numbers": re.compile(r"(?<![\d.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d.])"),
    "account names": re.compile(r"(^|\s)@\w{3,}"),
}
# Headings that are one of these, and headings in which one of these stands.
WHOLE = {
    "names": "names?|name and address|initials|signature|signed|called|forename|(participants?|contact) name"
    "|(family|given|middle|maiden|nick|sur|fore) ?name|(gp|doctor|carer|key ?worker)s? name",
    "addresses": "street|house number|town of birth|what3words|(location )?(latitude|longitude)",
    "telephone numbers": "phone|tel|tel no|fax|contact|contact number|whatsapp",
    "traces of a computer": "ip ?addr|token|access code|ref ?url|browser|cookie|device( id)?",
    "dates of birth": "d ?o ?b|born( on)?|birth ?(day|date)",
    "numbers of other records": "case ?(id|number)|ni no|passport( no)?|account number|sort code",
    "account names": "twitter|facebook|instagram|user ?name|handle|skype",
    "free text": "comments?|notes?|remarks?|feedback|other|details|further details?|describe|free ?text",
}
WITHIN = {
    "names": "(first|last|full|your) names?|surname|next of kin|emergency contact",
    "addresses": "address|post ?code|zip code",
    "telephone numbers": "telephone|phone number|mobile (number|phone)|mobile|landline|contact details?",
    "e-mail addresses": "e ?mail|e ?mails",
    "traces of a computer": "ip address|referrer url|user ?agent",
    "dates of birth": "(date|day) of birth",
    "numbers of other records": "nhs (no|number)|national insurance|ni number|hospital number|bank account",
    "account names": "social media (name|account)",
    "free text": "please (specify|describe|state|explain|tell us)|anything else|in your own words"
    "|other (please )?(specify|state|describe)|(any|other|further) comments",
}
_WHOLE = {what: re.compile(pattern) for what, pattern in WHOLE.items()}
_WITHIN = {what: re.compile(rf"\b({pattern})\b") for what, pattern in WITHIN.items()}
SHARE = 0.2  # of the filled cells that have a pattern: more, and the column is of that kind
LONG, WORDS = 40, 5  # a cell with so many characters or words is free text
NAME = re.compile(r"(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?[A-Z][a-z'’]+(?:[ -][A-Z]\.?)?(?:[ -][A-Z][a-z'’]+){1,2}")


def of_heading(heading: str) -> str:
    """Return what a column seems to hold, by its heading: such as "names"; nothing if it gives no sign.

    Examples
    --------
    >>> of_heading("Home address"), of_heading("e-mail"), of_heading("Wellbeing 1")
    ('addresses', 'e-mail addresses', '')
    """
    if re.search(r"\[(other|[A-Za-z0-9_]*comment)\]$", heading):
        return "free text"
    parts = {
        words_of(part) for part in (heading, *re.split(r" / |[\[\]]", heading), heading.rpartition(":")[2])
    }
    parts |= {re.sub("^(your|the|my) ", "", part) for part in parts}
    for what in ("e-mail addresses", *WHOLE):  # an e-mail address is an address too
        whole = _WHOLE.get(what)
        if (whole and any(map(whole.fullmatch, parts))) or _WITHIN[what].search(words_of(heading)):
            return what
    return ""


def words_of(heading: str) -> str:
    """Return the words of a heading in small letters: those of `postCode` are two."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return re.sub(r"[^a-z0-9]+", " ", apart.lower()).strip()


def of_cells(cells: Sequence[str]) -> str:
    """Return what the cells of a column seem to hold, by their patterns; nothing if they give no sign."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return ""
    counted = Counter(what for cell in filled for what in contacts(cell))
    for what in CONTACTS:
        if counted[what] > SHARE * len(filled):
            return what
    different = len(set(filled))
    if different > 0.5 * len(filled) and sum(map(bool, map(NAME.fullmatch, filled))) > 0.5 * len(filled):
        return "names"
    long = sum(len(cell) > LONG or len(cell.split()) >= WORDS or "\n" in cell for cell in filled)
    if long > SHARE * len(filled) and different > 0.5 * len(filled):
        return "free text"
    return ""


def contacts(text: str) -> list[str]:
    """Return which contact details a text may hold.

    Examples
    --------
    >>> contacts("ring 07700 900123"), contacts("2026-03-01"), contacts("3.5")
    (['telephone numbers'], [], [])
    """
    return [what for what, pattern in CONTACTS.items() if pattern.search(text)]


def pattern(text: str) -> str:
    """Return the shape of a text: what may be shown of a cell.

    Examples
    --------
    >>> pattern("Jane 07"), pattern("-9"), pattern("a much longer remark")
    ('Aaaa 99', '-9', 'a aaaa aaaa...')
    """
    if re.fullmatch(r"-?9+", text):
        return text
    shape = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", text))
    shape = re.sub(r"\s", " ", shape)
    return shape if len(shape) <= 12 else f"{shape[:11].rstrip()}..."


def patterns(cells: Sequence[str], most: int = 3) -> str:
    """Return the commonest shapes of some cells, with their numbers."""
    counted = Counter(map(pattern, cells)).most_common()
    shown = ", ".join(f"{shape} ({number})" for shape, number in counted[:most])
    return shown if len(counted) <= most else f"{shown} and {len(counted) - most} more"
