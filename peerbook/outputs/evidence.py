"""What an output rests on, said beside it wherever it goes: on the page, in the picture, in the files."""

from __future__ import annotations

from peerbook.choices import check_one_of

PUBLISHED, REBUILT, JUDGEMENT = "published", "rebuilt", "judgement"
KINDS = (PUBLISHED, REBUILT, JUDGEMENT)
STAND_IN, REAL = "rebuilt from stand-in data", "rebuilt from your data"


def badge(evidence: str, synthetic: bool | None = None) -> str:
    """Return the words that stand in the caption of an output.

    Parameters
    ----------
    evidence : {"published", "rebuilt", "judgement"}
        Printed numbers alone; computed from raw data, alone or beside printed numbers; or links, readings and
        decisions of the authors.
    synthetic : bool, optional
        Whether the raw data are declared synthetic; None where that is not known, as when an output is shown
        without its study.

    Raises
    ------
    ParameterError
        If the kind of evidence is unknown.

    Examples
    --------
    >>> badge("rebuilt", synthetic=True), badge("published", synthetic=True), badge("rebuilt")
    ('rebuilt from stand-in data', 'published', 'rebuilt')
    """
    check_one_of("evidence", evidence, KINDS)
    if evidence != REBUILT or synthetic is None:
        return evidence
    return STAND_IN if synthetic else REAL
