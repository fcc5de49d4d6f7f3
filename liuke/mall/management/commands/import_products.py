"""liuke import products FILE"""

from liuke.intake.commands import ImportCommand
from liuke.intake.kinds import Kind
from liuke.mall.services.product_import import Products


class Command(ImportCommand):
    help = "Bring products, prices and stock in from a file; again changes nothing, and no row is lost"

    def kind(self) -> Kind:
        return Products()
