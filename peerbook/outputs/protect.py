"""What stands between data and everything that readers get: pages, sentences, pictures, files.

Every output hands its data to `protect` before it words, arranges, draws or saves them, and uses nothing
else. Synthetic data pass. Of real people an output says what it counts; a book decides for all its outputs at
once (`peerbook.builder.protection`), and an output that is shown by itself is protected by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.disclosure import Counted, Held, Personal, Policy, alone, less_private, unchecked
from peerbook.errors import DisclosureError
from peerbook.outputs.evidence import REBUILT

if TYPE_CHECKING:
    from peerbook.outputs.output import Output

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


def protect(output: Output) -> pd.DataFrame:
    """Return the data of an output as they may be published.

    Parameters
    ----------
    output : Output
        Its data are not changed.

    Returns
    -------
    DataFrame
        A copy: all of it for synthetic data and for what is printed elsewhere.

    Raises
    ------
    DisclosureError
        If nothing says what some of its numbers count.
    """
    return less_private(_passed(output), output.form.named).copy()


def _passed(output: Output) -> pd.DataFrame:
    if not is_protected(output):
        return output.data
    if output.protection.released is not None:
        return output.protection.released
    held = held_of(output)
    refuse_unchecked([held])
    return alone(held, output.protection.policy)


def is_protected(output: Output) -> bool:
    """Whether the output was made from data of real people, by a study that said so.

    What is printed elsewhere, or judged, is protected if it says that it counts people.
    """
    counts_people = isinstance(output.form.people, Counted | Personal)
    return output.protection is not None and (output.evidence == REBUILT or counts_people)


def held_of(output: Output) -> Held:
    """Return what has to be known of an output to decide about it."""
    return Held(output.id, output.data, output.form.people, output.form.named, output.protection.where)


def parts_of(output: Output) -> Iterator[Output]:
    """Give an output and its panels."""
    yield output
    for panel in output.panels:
        yield from parts_of(panel)


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
            "Nothing says what these numbers count, so nobody has checked what they tell about people; nothing "
            "is published.\n"
            + "\n".join(found)
            + "\nTo put it right: say it where the output is made, with people=Counted(...) or people=Nobody(...)."
        )
