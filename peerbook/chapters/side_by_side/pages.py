"""What the pages of the chapters have in common: what this book adds to the report says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from peerbook.outputs.output import Words

ADDED = "Added by this book."


def added(caption: Words, printed: bool = True) -> Words:
    """Return the caption of something that the report does not have, with a sentence that says so.

    Without a printed report (`printed` is false) there is nothing to say.

    Examples
    --------
    >>> added("Values that occur together")
    'Values that occur together. Added by this book.'
    """
    if not printed:
        return caption
    if isinstance(caption, str):
        return f"{caption}. {ADDED}"
    return partial(_added, caption=caption)


def _added(data: pd.DataFrame, caption: Callable[[pd.DataFrame], str]) -> str:
    return f"{caption(data)}. {ADDED}"


def not_again(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Arrange the rows of a table that is shown elsewhere: there is nothing but notes and a download."""
    return {}
