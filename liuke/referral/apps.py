from django.apps import AppConfig


class ReferralConfig(AppConfig):
    name = "liuke.referral"

    def ready(self) -> None:
        """Commissions that are paid in points say what they are for."""
        from liuke.points import origins  # noqa: PLC0415  it has models
        from liuke.referral.words import told_of_commissions  # noqa: PLC0415

        for word in ("commission", "commission_back"):
            origins.register(word, told_of_commissions)
