"""Made-up test data that follow the schemas and nothing else, so that a survey can be tried before it begins.

`sample` makes tables, `write_sample` a raw folder. What the schemas do not say, no sample knows: each
question is answered without regard to the others, and no answer is likelier than another.
"""

from __future__ import annotations

from peerbook.data.sampler.tables import sample
from peerbook.data.sampler.write import write_sample

__all__ = ["sample", "write_sample"]
