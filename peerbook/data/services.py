"""The services that a log asks about, as data: what is counted, what blank means, what one use costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peerbook.choices import did_you_mean
from peerbook.data.described import build, of_type, read_yaml
from peerbook.errors import DataError

NIGHTS, VISITS, CONTACTS = KINDS = ("nights", "visits", "contacts")
FILE = "services.yml"


@dataclass(frozen=True)
class UnitCost:
    """What one night, visit or contact costs.

    Attributes
    ----------
    services : sequence of str
        The services that it is the price of.
    pounds : float
    year : str
        Of the prices, such as "2016/17".
    what : str
        What exactly has this price.
    source : str
        Who gives it.
    read_in : str
        Where it was read, if not in the source itself.
    """

    services: Sequence[str]
    pounds: float
    year: str
    what: str
    source: str
    read_in: str = ""


@dataclass(frozen=True)
class Service:
    """A service and its place in the logs.

    Attributes
    ----------
    name : str
    label : str
    kind : {"nights", "visits", "contacts"}
        What is counted, which says what a blank means; see `peerbook.economics.costs.used`.
    counted : str
        The field of the logs with the number of uses.
    admissions : str
        Of nights: the field with the number of admissions.
    unit_cost : UnitCost, optional
        None: its use is counted, and not costed.
    """

    name: str
    label: str
    kind: str
    counted: str
    admissions: str = ""
    unit_cost: UnitCost | None = None

    @property
    def fields(self) -> list[str]:
        """The fields of the logs that it needs."""
        return [self.counted, *([self.admissions] if self.admissions else [])]


def load_services(folder: Path) -> dict[str, Service]:
    """Read the services by name, each with its unit cost.

    Parameters
    ----------
    folder : Path
        Where `services.yml` is: the study's folder of `data_schema/`. Without the file there are none.

    Raises
    ------
    DataError
        If a key is unknown or missing, a kind is unknown, a cost is negative, or names a service that is not
        there or has a cost already.
    """
    path = folder / FILE
    parts = read_yaml(path) or {} if path.is_file() else {}
    of_type(parts, Mapping, FILE)
    for key in parts:
        if key not in ("services", "unit_costs"):
            raise DataError(f"{FILE}: unknown key '{str(key)[:60]}'. Known keys: services, unit_costs")
    described = of_type(parts.get("services") or {}, Mapping, f"{FILE}, services")
    services = {name: _service(name, said) for name, said in described.items()}
    for place, said in enumerate(of_type(parts.get("unit_costs") or [], Sequence, f"{FILE}, unit_costs"), 1):
        where = f"{FILE}, unit_costs, entry {place}"
        cost = _unit_cost(said, where)
        for name in cost.services:
            services |= {name: replace(_known(name, services, where), unit_cost=cost)}
    return services


def _service(name: str, said: Any) -> Service:
    where = f"{FILE}, {name}"
    service = build(Service, said, where, strict=True, name=name, unit_cost=None)
    if service.kind not in KINDS:
        raise DataError(f"{where}: kind '{service.kind}' is none of {', '.join(KINDS)}")
    if bool(service.admissions) != (service.kind == NIGHTS):
        raise DataError(f"{where}: nights, and nothing else, need the field of their admissions")
    return service


def _unit_cost(said: Any, where: str) -> UnitCost:
    cost = build(UnitCost, said, where, strict=True)
    if not cost.pounds >= 0:
        raise DataError(f"{where}: found {cost.pounds} pounds; expected 0 or more")
    for key in ("year", "what", "source"):
        if not getattr(cost, key).strip():
            raise DataError(f"{where}: {key} is empty; a cost needs its year, what it is of and its source")
    return cost


def _known(name: str, services: Mapping[str, Service], where: str) -> Service:
    if name not in services:
        raise DataError(f"{where}: '{name}' is no service{did_you_mean(name, services)}")
    if services[name].unit_cost is not None:
        raise DataError(f"{where}: '{name}' has a unit cost already; expected one")
    return services[name]
