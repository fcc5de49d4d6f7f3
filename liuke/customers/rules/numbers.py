"""Our own member numbers: ten digits that do not tell how many customers there are and notice a mistyped digit."""

FIRST, HOW_MANY = 100_000_000, 900_000_000
SPREAD = 618_033_989          # shares no factor with HOW_MANY, so different turns give different numbers;
                              # near the golden ratio, which spreads neighbours (Knuth, TAOCP vol. 3, 6.4)


def number_of(turn: int) -> str:
    """The member number of the n-th turn of the sequence, 0 <= turn < HOW_MANY. Different turns never meet."""
    assert 0 <= turn < HOW_MANY, "the member numbers are used up"
    body = str(FIRST + turn * SPREAD % HOW_MANY)
    return body + _check_digit(body)


def turn_of(number: str) -> int | None:
    """The turn that gives this number, or None when it cannot be one of ours (brought along from another system)."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()) or number[0] == "0":
        return None
    turn = (int(number[:-1]) - FIRST) * pow(SPREAD, -1, HOW_MANY) % HOW_MANY
    return turn if number_of(turn) == number else None


def is_ours(number: str) -> bool:
    """Whether it has the form of our numbers; a number brought along has it only by a rare chance."""
    return turn_of(number) is not None


def _check_digit(body: str) -> str:
    """Luhn's (ISO/IEC 7812-1, annex B): finds every single wrong digit and most swapped neighbours."""
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(body))]
    return str(-sum(each - 9 if each > 9 else each for each in doubled) % 10)
