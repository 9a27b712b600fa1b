"""A review of literature as rows: what was searched, what was chosen and why, what rests on which work.

`search` writes the query from its terms, `selection` applies criteria to records and lets a reason override
them, `stages` counts records as a flow, `support` ties claims to works, `amounts` holds words such as "most"
against counts, `citations` holds the text against the list of references. Frames in, frames out; what rows do
not say is "not stated", never zero.
"""
