"""What every table shares: naming of constraints, the types of ids, words and times, the tenant column."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, String
from sqlalchemy.dialects import postgresql

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Byte order, not the locale's: ids and states sort as they were made and compare without collation tables.
Id = String(36).with_variant(postgresql.VARCHAR(36, collation="C"), "postgresql")
Word = String(100).with_variant(postgresql.VARCHAR(100, collation="C"), "postgresql")
Ms = BigInteger


def tenant_column() -> Column[str]:
    """Whose row it is; every query of such a table names it."""
    return Column("tenant_id", Id, ForeignKey("tenants.id"), nullable=False)
