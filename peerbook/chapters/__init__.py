"""The chapters: one module for each notebook, of the same name; small functions from study to output."""
