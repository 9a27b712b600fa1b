"""The stand-in rows about the programme: all of them printed, none made up.

Hubs and partners are Table 1.1 taken apart, so that joining the rows gives the table again.
"""

from __future__ import annotations

import pandas as pd

from stand_in.make.side_by_side import printed

PRINTED = {"status": "printed"}
OF_STATED_FOCUS = "close-focus"  # what the note of a region in the printed list says


def make() -> dict[str, pd.DataFrame]:
    """Make the tables about the programme, every cell as text.

    Returns
    -------
    dict of DataFrame
        `organisations`, `partnerships`, `areas`, `area_names`, `actions`, `milestones`, `work_streams` and
        `coproduction`, with the columns of `data_schema`.
    """
    partners = printed.load("partners")
    roles = {
        "hub": partners[["region", "hub"]].rename(columns={"hub": "organisation"}).assign(delivery_area=""),
        "partner": partners[["region", "strategic_partner", "delivery_area"]].rename(
            columns={"strategic_partner": "organisation"}
        ),
    }
    partnerships = pd.concat([rows.assign(role=role) for role, rows in roles.items()], ignore_index=True)
    hubs = set(partners["hub"])
    names = partnerships["organisation"].drop_duplicates()
    organisations = pd.DataFrame(
        {"organisation": names, "kind": ["local" if name in hubs else "national" for name in names]}
    )
    focus = printed.load("regions").set_index("region")["note"].str.contains(OF_STATED_FOCUS)
    areas = partners[["region"]].assign(
        close_focus=partners["region"].map(focus).map({True: "yes"}).fillna("no")
    )
    made = {
        "organisations": organisations,
        "partnerships": partnerships,
        "areas": areas,
        **{name: printed.load(name) for name in ("area_names", "milestones", "work_streams", "coproduction")},
        "actions": printed.load("programme_actions"),
    }
    return {
        f"programme/{name}": with_columns(f"programme/{name}", rows.assign(**PRINTED))
        for name, rows in made.items()
    }


def with_columns(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Give rows the columns of their schema, in its order, every cell as text."""
    columns = list(printed.definitions().tables[table].fields)
    rows = rows.reindex(columns=columns, fill_value="").reset_index(drop=True)
    return rows.astype(object).fillna("").astype(str)
