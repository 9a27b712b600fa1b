"""The packages from elsewhere that code rests on, and their versions: as installed, and as locked."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

LOCK = "requirements.lock"
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*==\s*([^\s;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def installed(modules: Iterable[str], alone: Iterable[str] = ()) -> dict[str, str]:
    """Return the versions of Python, of packages by the names they are imported by, and of what these need.

    Parameters
    ----------
    modules
        Names of modules at the top, such as "pandas".
    alone
        The same of packages that count without what they need.

    Returns
    -------
    dict of str to str
        Versions by the names of packages, such as "pandas"; of a module that nothing brought, nothing.
    """
    whole = required(name for module in modules for name in _packages(module))
    singly = {plain(name) for module in alone for name in _packages(module)}
    found = {name: _version(made) for name in whole | singly if (made := _distribution(name))}
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def required(names: Iterable[str]) -> set[str]:
    """Name packages and all that these need, directly or through others, as far as they are installed."""
    found, waiting = set(), list(names)
    while waiting:
        name = plain(waiting.pop())
        if name not in found and _distribution(name):
            found.add(name)
            waiting += _needed(name)
    return found


def locked(root: Path) -> dict[str, str]:
    """Return the versions in `requirements.lock`; comments and hashes are not read."""
    file = root / LOCK
    versions: dict[str, set[str]] = {}
    for name, version in _LOCKED.findall(file.read_text(encoding="utf-8")) if file.is_file() else ():
        versions.setdefault(plain(name), set()).add(version)
    return {name: " or ".join(sorted(found)) for name, found in versions.items()}


def of(names: Mapping[str, str], versions: Mapping[str, str]) -> dict[str, str]:
    """Return the versions of some packages only."""
    return {name: versions[name] for name in names if name in versions}


def everything() -> list[str]:
    """Name every installed package with its version, quickly: as folders of the places Python looks in."""
    places = [Path(place) for place in sys.path if place and Path(place).is_dir()]
    names = {
        entry.name for place in places for kind in ("dist", "egg") for entry in place.glob(f"*.{kind}-info")
    }
    return [platform.python_version(), *sorted(names)]


@cache
def _by_module() -> Mapping[str, list[str]]:
    return packages_distributions()


def _packages(module: str) -> list[str]:
    if module == "peerbook":
        return []
    return [module] if _distribution(module) else _by_module().get(module, [])


@cache
def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


@cache
def _version(made: Distribution) -> str:
    return made.version  # which is read anew whenever it is asked for


@cache
def _needed(name: str) -> tuple[str, ...]:
    """Name what a package needs, without its extras."""
    made = _distribution(name)
    lines = (made.requires or ()) if made else ()
    return tuple(_NAME.match(line)[0] for line in lines if not re.search(r"\bextra\s*==", line))


def plain(name: str) -> str:
    """Write the name of a package as indexes do: one package has one name then."""
    return re.sub(r"[-_.]+", "-", name).lower()
