"""The one exception a user is meant to read."""


class UserError(ValueError):
    """A mistake that the user can mend, said in one plain sentence.

    Args:
        message: the sentence in English, with ``{named}`` places; it is also its translation key.
        values: what goes into the places.
    """

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message = message
        self.values = values
