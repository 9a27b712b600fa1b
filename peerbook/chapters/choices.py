"""Checks of the numbers a reader may choose in a notebook."""

from __future__ import annotations

from peerbook.errors import ParameterError


def check_between(name: str, value: float, low: float, high: float) -> None:
    """Refuse a parameter that does not lie between two limits.

    Raises
    ------
    ParameterError
        If the value is a limit or outside them.

    Examples
    --------
    >>> check_between("level", 95, 0, 1)
    Traceback (most recent call last):
    peerbook.errors.ParameterError: level: found 95; expected a number above 0 and below 1
    """
    if not low < value < high:
        raise ParameterError(f"{name}: found {value}; expected a number above {low:g} and below {high:g}")
