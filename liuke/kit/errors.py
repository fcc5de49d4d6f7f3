"""Expected answers. Doors turn a Refused into 409 and {code, message}; anything else is a bug and reaches the log."""

from typing import ClassVar


class Refused(Exception):
    """A service says no for a reason the caller can understand and act on.

    Subclasses stand beside the service that raises them and carry a stable `code`; the text is a sentence for a person.
    `told` is what it was raised with; where that is nothing, doors have words of their own for the code.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.__doc__ or self.code)
        self.told = message

    @property
    def message(self) -> str:
        return str(self.args[0])


class BadInput(Refused):
    """The input cannot be understood where it enters."""

    code = "bad_input"
    status = 422


class NotYours(Refused):
    """There is no such thing, or it is not yours: both look the same from outside."""

    code = "not_found"
    status = 404
