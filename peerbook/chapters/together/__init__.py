"""The chapters of a user-led study of peer support: a survey with 44 answers, nine projects, and literature."""
