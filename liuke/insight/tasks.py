"""The nightly refresh, and the one after an import."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import task


@task("insight.refresh", attempts=3)
def refresh(**_: Any) -> None:
    """Bring figures and scores up to date; clocks pass the time they fired, which does not matter here."""
    from liuke.insight.services import refresh as services  # noqa: PLC0415  loads the engines: only who runs it pays

    services.refresh(now=timezone.now())


@task("insight.cut", attempts=3)
def cut(*, staff_id: int, **_: Any) -> None:
    """Cut levels and tiers anew, for a member of staff."""
    from liuke.insight.services import refresh as services  # noqa: PLC0415  as above

    services.refresh(now=timezone.now(), new_cuts_by=staff_id)
