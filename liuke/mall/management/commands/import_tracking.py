"""liuke import tracking FILE"""

from liuke.intake.commands import ImportCommand
from liuke.intake.kinds import Kind
from liuke.mall.services.tracking_import import Tracking


class Command(ImportCommand):
    help = "Bring steps of parcels in from a carrier's file; again changes nothing, and no row is lost"

    def kind(self) -> Kind:
        return Tracking()
