"""Carriers by the short code under which we keep them, however a person or a file writes their name."""

import re

CARRIERS = {                         # code -> what people write for it
    "SF": ("顺丰", "顺丰速运", "顺丰快递", "顺丰标快", "顺丰特快", "shunfeng", "sfexpress"),     # data, not words
    "JD": ("京东", "京东快递", "京东物流", "jdl"),                                             # data, not words
    "ZTO": ("中通", "中通快递", "zhongtong"),                                                 # data, not words
    "YTO": ("圆通", "圆通速递", "圆通快递", "yuantong"),                                       # data, not words
    "STO": ("申通", "申通快递", "shentong"),                                                  # data, not words
    "YD": ("韵达", "韵达快递", "韵达速递", "yunda"),                                           # data, not words
    "JT": ("极兔", "极兔速递", "极兔快递", "jtexpress", "jt"),                                 # data, not words
    "EMS": ("中国邮政", "邮政", "邮政快递包裹", "邮政ems", "ems"),                              # data, not words
    "DBL": ("德邦", "德邦快递", "德邦物流", "debang"),                                         # data, not words
}
_NOISE = re.compile(r"[\s_\-()（）·]+")
_CODES = {
    _NOISE.sub("", name).casefold(): code for code, names in CARRIERS.items() for name in (code, *names)
}


def carrier_code(text: str) -> str:
    """The code of a carrier; an unknown one is kept as it was written, at most 20 characters."""
    return _CODES.get(_NOISE.sub("", text).casefold(), text.strip()[:20])


def batch_number(text: str) -> str:
    """A maker's batch as we keep it."""
    return _printed(text)


def tracking_number(text: str) -> str:
    """A tracking number as we keep it."""
    return _printed(text)


def _printed(text: str) -> str:
    """No blanks, nor a zero byte, which the database does not take; capital letters, at most 40 characters."""
    return "".join(text.replace("\x00", "").split()).upper()[:40]
