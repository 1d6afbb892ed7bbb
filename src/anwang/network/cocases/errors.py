"""What the writes of the lists refuse."""


class SendingError(Exception):
    """A list cannot be sent, receipted, given back or answered now; the message is for the user (zh-TW)."""
