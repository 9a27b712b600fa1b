"""IDs of people become pseudonyms under a secret key: the same person has the same one in every file.

A pseudonym is the first 45 bits of HMAC-SHA256 (RFC 2104) of the ID, written with digits and capitals that
are not mistaken for each other (Crockford's base 32). Who has the key can tell whose it is by trying IDs; who
has only the tables cannot.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path

from peerbook.errors import DataError, ParameterError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 9
FORM = "P[0-9A-Z]{9}"
EXAMPLE = "P" + "0" * LETTERS


@dataclass(frozen=True)
class Key:
    """The secret, and how it can be told from another without giving it away."""

    secret: bytes = field(repr=False)

    @property
    def mark(self) -> str:
        """Twelve characters that are the same for the same key."""
        return hmac.new(self.secret, b"mark of the key", hashlib.sha256).hexdigest()[:12]

    def pseudonym(self, person: str) -> str:
        """Return the pseudonym of a person; an ID that is blank stays so."""
        if not person:
            return ""
        number = int.from_bytes(hmac.new(self.secret, person.encode(), hashlib.sha256).digest()[:8], "big")
        return "P" + "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LETTERS))

    def pseudonyms(self, people: Set[str]) -> dict[str, str]:
        """Return the pseudonym of each person.

        Raises
        ------
        DataError
            If two of them would have the same.
        """
        given = {person: self.pseudonym(person) for person in people}
        if len(set(given.values())) < len(given):
            raise DataError(
                "two people would have the same pseudonym (this happens once in millions of imports). "
                "Import everything again with a new key file."
            )
        return given


def open_key(path: Path, folder: Path) -> Key:
    """Return the key of a file, which is made if it is not there.

    Raises
    ------
    ParameterError
        If the file lies in the folder that the tables go to.
    DataError
        If the file is no key, or cannot be written.
    """
    if path.resolve().is_relative_to(folder.resolve()):
        raise ParameterError(
            f"--key: {path.name} would lie in the folder of the tables, where it undoes the pseudonyms. "
            "Name a file elsewhere."
        )
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise DataError(f"--key: {path} cannot be written. Name a file in a folder that is there.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    return _read(path)


def _read(path: Path) -> Key:
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        secret, reason = b"", error
    else:
        reason = None
    if len(secret) != 32:
        raise DataError(
            f"--key: {path.name} is not a key that peerbook made (64 digits and letters a to f). Name the "
            "right file, or one that is not there yet."
        ) from reason
    return Key(secret)
