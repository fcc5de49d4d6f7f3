"""What a customer's stored balance may hold."""

MOST_FEN = 500_000           # 5,000 yuan, the limit of a registered card (单用途商业预付卡管理办法, article 18)
REASONS = ("mistake", "goodwill", "paid_out", "other")       # of a correction
REFERENCE_LENGTH = 60
