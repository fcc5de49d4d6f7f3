"""Jobs of WeCom."""

from typing import Any

from django.utils import timezone

from liuke.channels.registry import wecom
from liuke.kit.jobs import later, task
from liuke.wecom import services
from liuke.wecom.models import Account


@task("wecom.pull", attempts=3)
def pull(*, account: str, token: str = "", **_: Any) -> None:
    line = wecom()
    if line is not None:
        services.pull(line=line, code=account, token=token, now=timezone.now())


@task("wecom.pull_all", attempts=1)
def pull_all(**_: Any) -> None:
    """What a lost callback did not tell of."""
    if wecom() is not None:
        for code in Account.objects.order_by("pk").values_list("code", flat=True):
            later("wecom.pull", account=code, lock=f"wecom:{code}", once=f"wecom:{code}")


@task("wecom.carry", attempts=1)
def carry(*, message_id: int, **_: Any) -> None:
    services.carry(message_id=message_id, now=timezone.now())
