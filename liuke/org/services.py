"""Every write of the org module."""

from typing import Any

import structlog

from liuke.kit.db import require_transaction
from liuke.org.models import AuditEntry


def audit(
    *, staff_id: int | None, action: str, target: str = "", shop_id: int | None = None, detail: dict[str, Any]
) -> AuditEntry:
    """Append one row to the audit, in the transaction of the change. `detail` holds ids and amounts, no names."""
    require_transaction()
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return AuditEntry.objects.create(
        staff_id=staff_id, action=action[:60], target=target[:60], shop_id=shop_id, detail=detail, request_id=request_id
    )
