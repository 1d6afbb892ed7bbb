"""What is wrong with what was given, for the person at the terminal."""


class RecordsError(Exception):
    """The files or folders are not what the matching reads or may write; the message (zh-TW) says what is wrong."""
