"""The chapters of a regional scoping: activities by place, interviews in themes, and recommendations."""
