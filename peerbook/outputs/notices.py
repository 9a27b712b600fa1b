"""The banners that say what a page may be used for."""

from __future__ import annotations


def notice_of(synthetic: bool, rounding: int = 1) -> str:
    """Return the label of what was made from data: synthetic, or, for all other data, not for publication.

    Counts are shown as multiples of `rounding`, which the label says.
    """
    return synthetic_notice() if synthetic else not_for_publication_notice(rounding)


def line_of(synthetic: bool) -> tuple[str, str]:
    """Return the same in a line: a title and a sentence, for the top of a page and of a printed sheet."""
    if synthetic:
        return "Stand-in data", "The people behind these numbers do not exist: nothing here is evidence."
    return (
        "Not for publication",
        "Made from data about real people. Small numbers are withheld, and others may be rounded. Share it "
        "only when agreed.",
    )


def synthetic_notice() -> str:
    """Return the label of every page made from synthetic data."""
    return _banner(
        "Synthetic data",
        "The people behind these numbers do not exist. The data were made up, so that the method can be "
        "shown and checked; nothing here is evidence.",
    )


def not_for_publication_notice(rounding: int = 1) -> str:
    """Return the label of every page made from data that are not declared synthetic."""
    rounded = f" Other counts are rounded to the nearest {rounding}." if rounding > 1 else ""
    return _banner(
        "Not for publication",
        "This page was made from data about real people. Small numbers are withheld and marked [c]."
        f"{rounded} Share it only when those who are responsible for the data have agreed.",
    )


def _banner(title: str, sentence: str) -> str:
    return (
        f'<div class="admonition warning peerbook-notice" role="note">'
        f'<p class="admonition-title">{title}</p><p>{sentence}</p></div>'
    )
