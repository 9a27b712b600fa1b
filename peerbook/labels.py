"""How an output is called, from its id: known to whoever shows outputs, without what makes them."""

from __future__ import annotations


def label(id: str) -> str:
    """Turn an id into the name readers know.

    Examples
    --------
    >>> label("fig-4.7a"), label("table-a4.2"), label("fig-4.7d-e"), label("text-4.1")
    ('Figure 4.7a', 'Table A4.2', 'Figure 4.7d-e', 'Text 4.1')

    An id without a number is a name:

    >>> label("table-audit-summary")
    'Table “audit summary”'
    """
    prefix, number = id.split("-", 1)
    kind = "Figure" if prefix == "fig" else prefix.capitalize()
    if not any(map(str.isdigit, number)):
        return f"{kind} “{number.replace('-', ' ')}”"
    return f"{kind} {number[0].upper()}{number[1:]}"
