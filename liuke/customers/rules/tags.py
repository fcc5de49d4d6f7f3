"""Tags: where they may come from and how they are written."""

from liuke.kit.errors import BadInput

STAFF, CUSTOMER, RULE = "staff", "customer", "rule:"     # rule: is followed by the rule's name
NAME_CHARACTERS, SOURCE_CHARACTERS = 30, 40
MAX_TAGS = 2_000                  # more words than that nobody can choose from
BATCH = 5_000


def normal_name(name: str) -> str:
    """One form: blanks at the ends and doubled ones go. Raises BadInput."""
    name = " ".join(name.split())
    if not 0 < len(name) <= NAME_CHARACTERS:
        raise BadInput(f"a tag has 1 to {NAME_CHARACTERS} characters")
    return name


def check_source(source: str) -> None:
    """Raises BadInput unless it is staff, customer or rule:<name>."""
    if source in (STAFF, CUSTOMER):
        return
    if not (source.startswith(RULE) and len(RULE) < len(source) <= SOURCE_CHARACTERS):
        raise BadInput("a tag comes from staff, from the customer or from a rule")


def fact_source(source: str) -> str:
    """What a fact says of the source: staff, customer or rule."""
    return RULE.rstrip(":") if source.startswith(RULE) else source
