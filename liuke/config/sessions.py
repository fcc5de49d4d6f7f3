"""Sessions as Django keeps them; every request of staff reads one, so without the query builder."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from liuke.kit import rows


class SessionStore(db.SessionStore):
    """Django finds it by this name, through settings.SESSION_ENGINE."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and another key from now on, when it is over or never was."""
        found = rows.select(self.model, "session_key = %s AND expire_date > %s", [self.session_key, timezone.now()])
        if not found:
            self._session_key = None
            return {}
        content: dict[str, Any] = self.decode(found[0].session_data)
        return content
