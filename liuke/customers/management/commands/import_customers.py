"""liuke import customers FILE"""

from liuke.customers.services.customer_import import Customers
from liuke.intake.commands import ImportCommand
from liuke.intake.kinds import Kind


class Command(ImportCommand):
    help = "Bring customers in from a file; again changes nothing, and rows that cannot be taken are never lost"

    def kind(self) -> Kind:
        return Customers()
