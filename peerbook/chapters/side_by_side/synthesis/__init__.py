"""The synthesis chapter: findings of the log beside what people said in interviews."""

from __future__ import annotations
