"""The chapters of a user-led study of peer support: a survey with few answers, projects, and literature."""
