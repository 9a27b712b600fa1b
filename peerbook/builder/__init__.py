"""Plan, execute, assemble, render and record: from raw data and notebooks to a published book."""
