"""Put the files that are not code into the wheel, where `peerbook.paths` looks for them."""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipFiles(BuildHookInterface):
    """Copy them into a wheel only: an editable install reads them from the clone."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Add the files, whose names are the same in the clone and in the wheel.

        Of `stand_in` only the raw folders are added: its maker is not part of the package.
        """
        if version == "standard":
            names = ["data_schema", "notebooks", "book", "_config.yml"]
            descriptors = Path(self.root, "stand_in").glob("*/datapackage.json")
            names += sorted(f"stand_in/{file.parent.name}" for file in descriptors)
            build_data["force_include"] |= {name: f"peerbook/_files/{name}" for name in names}
