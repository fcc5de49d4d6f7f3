"""What carriers say of a parcel, in the five words that we keep."""

from datetime import timedelta

# state -> phrases of carriers; the first state of which a phrase is found decides. A sentence that only asks the
# receiver to get ready to sign must not count as delivered, so a bare "sign" does not stand here.
PHRASES = {state: tuple(phrases.split(", ")) for state, phrases in (
    ("problem", "异常, 退回, 拒收, 滞留, 丢失, exception, failed, problem"),
    ("delivered", "已签收, 签收人, 本人签收, 已送达, 妥投, delivered"),
    ("delivering", "派送, 派件, 配送中, 投递, 待取件, out for delivery, delivering"),
    ("picked_up", "揽收, 揽件, 收寄, picked_up, picked up, collected"),
    ("in_transit", "运输, 在途, 转运, 到达, 离开, 发往, in_transit, transit, arrived"),
)}
STATES = {"签收": "delivered", "签收成功": "delivered", "signed": "delivered"}      # data, not words
TEXT_CHARACTERS = 200
CLOCKS_APART = timedelta(days=1)           # how far ahead of ours a carrier's clock may be


def step_of(state: str, text: str) -> str | None:
    """The word for a carrier's state or, without one, for its sentence; None when it is not understood."""
    said = state.strip().casefold() or text.strip().casefold()
    if said in STATES:
        return STATES[said]
    return next((name for name, phrases in PHRASES.items() if any(phrase in said for phrase in phrases)), None)
