from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    name = "liuke.loyalty"

    def ready(self) -> None:
        """The benefits that need no module of their own. They post to the ledger, whose tables are known only now."""
        from liuke.loyalty.services import benefits, effect  # noqa: PLC0415
        from liuke.loyalty.services.benefits import packs  # noqa: PLC0415
        from liuke.loyalty.services.benefits.amounts import Growth, Points  # noqa: PLC0415
        from liuke.loyalty.services.benefits.coupons import Coupons  # noqa: PLC0415
        from liuke.loyalty.services.benefits.tiers import TierStay  # noqa: PLC0415
        from liuke.loyalty.services.effect import costs, worths  # noqa: PLC0415
        from liuke.loyalty.services.effect.of_coupons import CouponGrants  # noqa: PLC0415
        from liuke.loyalty.services.effect.of_rules import Rules  # noqa: PLC0415
        from liuke.loyalty.services.effect.of_suggestions import Suggestions  # noqa: PLC0415

        benefits.register(Points())
        benefits.register(Growth())
        benefits.register(Coupons())
        benefits.register(TierStay())
        benefits.register(packs.Packs())
        effect.register(Rules())
        effect.register(CouponGrants())
        effect.register(Suggestions())
        effect.cost_of(Points.code, costs.of_points)
        effect.cost_of(Coupons.code, costs.of_coupons)
        effect.cost_of(packs.Packs.code, packs.cost)
        worths.teach(Points.code, worths.of_points)
        worths.teach(Coupons.code, worths.of_coupons)
