"""What every adapter raises when the outside does not do what it was asked."""


class ChannelError(Exception):
    """The outside said no, or said nothing.

    `permanent`: asking again in the same words is useless. Otherwise ask again later, with the same number: whether
    the first try had its effect is not known. `code` is the provider's own word and `message` its sentence, for staff.
    """

    def __init__(self, message: str, *, permanent: bool, code: str = "") -> None:
        super().__init__(message)
        self.message, self.permanent, self.code = message, permanent, code


class NotVerified(Exception):
    """What arrived was not sent by the provider, or is too old. It is not kept: anybody could fill the disk with it."""
