from typing import Any

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "liuke.org"

    def ready(self) -> None:
        """Register the permissions, and note when somebody chose their own password (both need the models)."""
        from allauth.account import signals  # noqa: PLC0415

        from liuke.org import access  # noqa: F401, PLC0415

        for signal in (signals.password_changed, signals.password_set, signals.password_reset):
            signal.connect(_chose_a_password, dispatch_uid=f"org.{id(signal)}")


def _chose_a_password(user: Any, **_: Any) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from liuke.org.services import mark_password_changed  # noqa: PLC0415

    mark_password_changed(staff_id=user.pk, now=timezone.now())
