"""What stands between data and everything that readers get: pages, sentences, pictures, files.

Every output hands its data to `protect` before it words, arranges, draws or saves them, and uses nothing
else. Synthetic data pass. Of real people an output says what it counts; a book decides for all its outputs at
once (`peerbook.builder.protection`), and an output that is shown by itself is protected by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from peerbook.disclosure import Held, Policy, alone, less_private, unchecked
from peerbook.errors import DisclosureError

HELD = "held"  # folder beside the outputs of a chapter: there, a build holds outputs until it has decided


@dataclass(frozen=True)
class Protection:
    """How an output of real people is protected.

    Attributes
    ----------
    policy : Policy
    where : tuple of (str, str)
        What all people of the study have in common: the region it is narrowed to.
    released : DataFrame, optional
        What a book decided may be published; without it the output is protected by itself.
    """

    policy: Policy = field(default_factory=Policy)
    where: tuple[tuple[str, str], ...] = ()
    released: pd.DataFrame | None = None


def protect(held: Held, protection: Protection | None) -> pd.DataFrame:
    """Return the data of an output as they may be published.

    Parameters
    ----------
    held : Held
        The data, which are not changed, and what they count.
    protection : Protection or None
        None for synthetic data, and for what is printed elsewhere: all of it passes.

    Returns
    -------
    DataFrame
        A copy.

    Raises
    ------
    DisclosureError
        If nothing says what some of its numbers count.
    """
    return less_private(_passed(held, protection), held.named).copy()


def _passed(held: Held, protection: Protection | None) -> pd.DataFrame:
    if protection is None:
        return held.data
    if protection.released is not None:
        return protection.released
    refuse_unchecked([held])
    return alone(held, protection.policy)


def refuse_unchecked(held: Iterable[Held]) -> None:
    """Refuse to publish outputs with numbers that nothing says anything about.

    Raises
    ------
    DisclosureError
        With each output and its numbers.
    """
    found = [f"{id}: {', '.join(names)}" for id, names in unchecked(held).items()]
    if found:
        raise DisclosureError(
            "Nothing says what these numbers count, or whether these words may be quoted, so nobody has "
            "checked what they tell about people; nothing is published.\n"
            + "\n".join(found)
            + "\nTo put it right: say it where it is made, by people=Counted(...), "
            "Quoted(...) or Nobody(...)."
        )
