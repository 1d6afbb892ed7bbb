"""A command that could not be done, with a message for the person at the terminal (zh-TW)."""


class CommandError(Exception):
    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status
