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
        r"(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.])|\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){5,7}\b", re.I
    ),
    "telephone numbers": re.compile(r"(?<![\d.])(\+\d|\(?0\d)([ ()./-]*\d){7,12}(?![\d.])"),
    "postcodes": re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}\b"),
    "National Insurance numbers": re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?(\d{2} ?){3}[A-D]\b", re.IGNORECASE),
    "health service numbers": re.compile(r"(?<![\d.])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d.])"),
    "account names": re.compile(r"(^|\s)@\w{3,}"),
}
HEADINGS = {
    "names": r"(first|last|full|family|given|middle|sur|fore|nick|maiden|your|participant s?|contact|sign(ed)?)"
    r" ?names?|names?( and address)?|initials|signature|surname|forename|called|next of kin|emergency contact"
    r"|(gp|doctor|carer|key ?worker)( s)? name",
    "addresses": r"(home |postal |street |your )?address( line)?( \d)?|street|post ?code|zip( code)?|house number|town of birth"
    r"|what3words|latitude|longitude|location (latitude|longitude)",
    "telephone numbers": r"(tele)?phone( number)?|mobile( number| phone)?|tel( no)?|landline|fax|whatsapp|(contact|home|work) (number|phone|tel)"
    r"|contact details?|contact",
    "e-mail addresses": r"e ?mail( address)?|(contact|your|home|work) e ?mail( address)?",
    "traces of a computer": r"ip ?addr(ess)?|token|access code|ref ?url|referrer url|browser|user ?agent|cookie|device( id)?",
    "dates of birth": r"(date|day|month) of birth|birth ?(day|date)|d ?o ?b|born( on)?",
    "numbers of other records": r"nhs( no| number)?|national insurance( no| number)?|ni (no|number)|hospital number|passport( no| number)?"
    r"|case ?(id|number)|bank( account)?|sort code|account number",
    "account names": r"twitter|facebook|instagram|social media|user ?name|handle|skype",
    "free text": r"comments?|notes?|remarks?|feedback|other( please)?( specify| state| describe)?|please (specify|describe|state|explain)"
    r"|anything else|further details?|details|describe|free ?text|in your own words",
}
_HEADINGS = {what: re.compile(pattern) for what, pattern in HEADINGS.items()}
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
    inner = re.search(r"\[(other|comment|[A-Za-z0-9_]*comment)\]$", heading)
    if inner:
        return "free text"
    parts = [heading, *re.split(r" / |[\[\]]", heading), heading.rpartition(":")[2]]
    words = [
        re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part).lower()).strip()
        for part in parts
    ]
    for what, pattern in _HEADINGS.items():
        if any(
            pattern.fullmatch(re.sub(r"^(your|the|my|please (give|enter)( your)?) ", "", word))
            for word in words
        ):
            return what
    return ""


def of_cells(cells: Sequence[str]) -> str:
    """Return what the cells of a column seem to hold, by their patterns; nothing if they give no sign."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return ""
    for what in CONTACTS:
        if sum(what in contacts(cell) for cell in filled) > SHARE * len(filled):
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
