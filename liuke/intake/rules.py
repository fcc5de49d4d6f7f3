"""What a file may be, why a row may be refused, and the limits of a run. Pure."""

import zlib
from enum import StrEnum

from liuke.kit.errors import Refused

MEGABYTE = 1024 * 1024

FILE_BYTES = 1024 * MEGABYTE          # as it lies on the disk
UNPACKED_BYTES = 8 * 1024 * MEGABYTE  # after gzip or zip
UNPACK_RATIO = 250                    # a table packs to a tenth or fiftieth; beyond this it is a bomb
UNPACK_RATIO_FROM = 32 * MEGABYTE     # small files may pack as well as they like
ZIP_ENTRIES = 2_000
LINE_BYTES = MEGABYTE                 # one physical line of a CSV
RECORD_LINES = 60                     # physical lines in one CSV record (line breaks inside quotes)
COLUMNS = 500
CELL_CHARACTERS = 4_000
HEADER_WITHIN = 20                    # the header stands in the first rows, below a title perhaps
PREVIEW_ROWS = 10
CHUNK_ROWS = 10_000                   # rows in one COPY
SLOT_ROWS = 25_000                    # rows merged in one transaction, about
SLOT_NUMBERS = 2**31
RUNS_LISTED = 100
FILES_KEPT_DAYS = 30                  # uploads and files of rejected rows: then they are deleted
FILES_AT_ONCE = 200                   # deleted in one transaction


class Reason(StrEnum):
    """Why a row was not taken. The codes are stable: they stand in error files people keep."""

    BAD_CHARACTER = "bad_character"
    BROKEN_QUOTE = "broken_quote"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_LONG = "too_long"
    ROUNDED_NUMBER = "rounded_number"
    MISSING_ORDER_NUMBER = "missing_order_number"
    MISSING_CUSTOMER = "missing_customer"
    MISSING_GOODS = "missing_goods"
    MISSING_TIME = "missing_time"
    MISSING_QUANTITY = "missing_quantity"
    MISSING_PRICE = "missing_price"
    UNPARSABLE_TIME = "unparsable_time"
    TIME_OUT_OF_RANGE = "time_out_of_range"
    BAD_QUANTITY = "bad_quantity"
    ZERO_QUANTITY = "zero_quantity"
    NEGATIVE_QUANTITY = "negative_quantity"
    BAD_MONEY = "bad_money"
    NEGATIVE_PRICE = "negative_price"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    REFUND_TOO_LARGE = "refund_too_large"
    AMOUNT_MISMATCH = "amount_mismatch"
    ABSURD_NUMBER = "absurd_number"
    UNKNOWN_STATUS = "unknown_status"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    BAD_DATE = "bad_date"
    DUPLICATED_LINE = "duplicated_line"
    LINE_NUMBER_TWICE = "line_number_twice"
    AMBIGUOUS_LINE = "ambiguous_line"
    MIXED_CUSTOMER = "mixed_customer"
    TAKEN = "taken"
    MISSING_PRODUCT = "missing_product"
    MISSING_NAME = "missing_name"
    MISSING_CATEGORY = "missing_category"
    UNKNOWN_SUPPLIER = "unknown_supplier"
    BAD_CATEGORY = "bad_category"
    BAD_SPEC = "bad_spec"
    BAD_WORD = "bad_word"
    PRICE_BOUNDS = "price_bounds"
    SKU_TWICE = "sku_twice"
    SKU_ELSEWHERE = "sku_elsewhere"
    MIXED_PRODUCT = "mixed_product"
    NOT_READY = "not_ready"
    WRONG_WAREHOUSE = "wrong_warehouse"
    PROMISED = "promised"
    REFUSED = "refused"
    MISSING_TRACKING = "missing_tracking"
    UNKNOWN_STEP = "unknown_step"
    UNKNOWN_PARCEL = "unknown_parcel"


class RunState(StrEnum):
    UPLOADED = "uploaded"             # a person still says which column is what
    WAITING = "waiting"
    READING = "reading"               # rows into the staging table
    MERGING = "merging"               # slot by slot into the real ones
    DONE = "done"
    FAILED = "failed"                 # the file as a whole could not be read


MOVING = (RunState.WAITING, RunState.READING, RunState.MERGING)


class FileRefused(Refused):
    """The file as a whole cannot be read; nothing of it was taken."""

    code = "file_refused"
    status = 422


class Bad(Exception):
    """One row cannot be taken: why, and in which field. Caught by the kind that parses; never leaves it."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        super().__init__(reason, field)
        self.reason, self.field = reason, field


def slots_for(rows: int) -> int:
    """Into how many transactions the merge of so many rows is cut. The same rows always give the same number."""
    return max(1, -(-rows // SLOT_ROWS))


def slot_bounds(slot: int, slots: int) -> tuple[int, int]:
    """The slot numbers from ... to (not included) that the n-th of so many transactions merges."""
    return SLOT_NUMBERS * slot // slots, SLOT_NUMBERS * (slot + 1) // slots


def slot_number(word: str) -> int:
    """Rows that belong together have one word (the order's number) and so one slot, wherever they stand in the file."""
    return zlib.crc32(word.encode("utf-8", "surrogateescape")) % SLOT_NUMBERS
