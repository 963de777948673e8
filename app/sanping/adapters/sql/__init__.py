"""SQL views of PostgreSQL: the tables of SL 323, or any query."""
