"""The chapters of the Side by Side report: one module, or one folder, for each notebook."""
