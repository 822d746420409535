"""The schema over time: one Alembic tree for both databases; expand first, contract a release later."""
