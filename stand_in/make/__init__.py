"""Makers of the stand-in data, one for each study."""
