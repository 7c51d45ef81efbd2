"""What a person did wrong, told in a sentence without a traceback."""


class WrongUse(Exception):
    """The command can't do what it was asked to; exit status 2. The text says why, and what would help."""
