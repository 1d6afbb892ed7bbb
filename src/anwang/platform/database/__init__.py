"""The database: an embedded PostgreSQL with our own launcher, or a server that `DATABASE_URL` points at."""
