"""The chapters of the stakeholder evaluation, and what they have in common."""
