"""What others may ask about runs."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from liuke.intake.models import Run
from liuke.intake.rules import RUNS_LISTED


def runs() -> list[Run]:
    """The newest runs, with who started them."""
    return list(Run.objects.select_related("by").order_by("-created_at", "-pk")[:RUNS_LISTED])


def run(run_id: int) -> Run:
    """Raises Http404."""
    return get_object_or_404(Run.objects.select_related("by"), pk=run_id)


def unfinished() -> QuerySet[Run]:
    """Runs that wait or are under way."""
    return Run.objects.exclude(state__in=["done", "failed"])
