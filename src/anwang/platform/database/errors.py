"""What can go wrong with the database server, in words for the user."""


class DatabaseError(Exception):
    """The database server cannot be used; the message is for the user, in zh-TW."""
