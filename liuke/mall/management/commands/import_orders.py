"""liuke import orders FILE"""

from liuke.intake.commands import ImportCommand
from liuke.intake.kinds import Kind
from liuke.mall.services.order_import import Orders
from liuke.org import queries


class Command(ImportCommand):
    help = "Bring orders in from a file; again changes nothing, and rows that cannot be taken are never lost"

    def kind(self) -> Kind:
        return Orders()

    def default_zone(self) -> str:
        brand = queries.brand()
        return brand.zone if brand else super().default_zone()
