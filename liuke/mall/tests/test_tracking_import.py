"""Files of carriers move parcels once, whatever they call their steps, and no row is lost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from liuke.intake import engine, services
from liuke.intake.files import open_table
from liuke.mall.models import Order, Return, TrackingEvent
from liuke.mall.rules.tracking import step_of
from liuke.mall.services.tracking_import import Tracking
from liuke.mall.tests.builders import NOW
from liuke.mall.tests.test_fulfilment import paid, send

HEAD = "快递公司,运单号,时间,状态,说明\n"


def bring(text, folder):
    path = folder / "tracking.csv"
    path.write_text(text, encoding="utf-8")
    with transaction.atomic():
        run = services.plan_run(kind="tracking", path=path, file_name=path.name, sha256=open_table(path).sha256,
                                options=services.Options(zone="Asia/Shanghai"))
    return engine.bring_in(run, Tracking(), now=NOW)


@pytest.mark.parametrize(("state", "text", "step"), [
    ("签收", "", "delivered"), ("", "您的快件已签收，签收人：前台", "delivered"),
    ("", "正在派送，请准备签收", "delivering"),
    ("", "快件到达【上海转运中心】", "in_transit"), ("已揽收", "", "picked_up"), ("Out for delivery", "", "delivering"),
    ("", "收件人拒收，退回中", "problem"), ("", "", None), ("跳舞", "已签收", None),
], ids=range(9))
def test_a_step_is_understood_or_told(state, text, step):
    assert step_of(state, text) == step


@pytest.mark.django_db(transaction=True)
class TestFile:
    def test_parcels_travel_and_arrive_once_and_the_rest_comes_back_with_its_reason(self, tmp_path):
        with transaction.atomic():
            order, other = paid(), paid(key="k2")
            send(order, "SF100")
            send(other, "YT200")
        Return.objects.create(number="R1", key="r", order=order, customer=order.customer, kind="return",
                              reason="quality", state="open", asked_at=NOW, way_back_carrier="ZTO",
                              way_back_tracking="ZT300")
        file = HEAD + "\n".join([
            "顺丰速运,sf100,2026-11-02 10:00,运输中,离开杭州", "顺丰,SF100,2026-11-02 16:00,,已签收，签收人：本人",
            ",YT200,2026-11-02 11:00,派送中,", "中通,ZT300,2026-11-02 12:00,揽收,",
            "SF,NOBODY,2026-11-02 12:00,揽收,", "圆通,SF100,2026-11-02 12:00,揽收,", "SF,,2026-11-02 12:00,揽收,",
            "SF,SF100,昨天,揽收,", "SF,SF100,2026-11-02 12:00,跳舞,",
        ])

        run = bring(file, tmp_path)
        again = bring(file, tmp_path)

        assert (run.accepted, run.unchanged, run.rejected) == (4, 0, 5)
        assert (again.accepted, again.unchanged, again.rejected) == (0, 4, 5)
        assert run.reasons == {"unknown_parcel": 2, "missing_tracking": 1, "unparsable_time": 1, "unknown_step": 1}
        assert len(Path(run.error_file).read_text(encoding="utf-8-sig").splitlines()) == 6
        assert {(row.carrier, row.tracking, row.state) for row in TrackingEvent.objects.all()} == {
            ("SF", "SF100", "in_transit"), ("SF", "SF100", "delivered"), ("SF", "YT200", "delivering"),
            ("ZTO", "ZT300", "picked_up")}
        order.refresh_from_db()
        assert (order.state, order.delivered_at) == ("delivered", datetime(2026, 11, 2, 8, tzinfo=UTC))
        assert Order.objects.get(pk=other.pk).shipments.get().state == "in_transit"
