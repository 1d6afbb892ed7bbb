"""The matching engine for anybody's files: a map says what the columns are, and pairs come out. No database is used."""
