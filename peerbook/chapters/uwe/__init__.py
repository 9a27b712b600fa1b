"""The chapters of the literature review, and what they have in common."""
