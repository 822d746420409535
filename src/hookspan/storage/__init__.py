"""The floor under the rooms: one database, its tables, and the queries of each noun as functions of a connection."""
