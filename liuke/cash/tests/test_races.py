"""Two workers at one transfer, and one that is killed after the channel has taken the money."""

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from liuke.cash.models import Bonus, Quota, Transfer
from liuke.cash.rules import Terms
from liuke.cash.services import approving, sending
from liuke.cash.tests.builders import MINUTE, NOW, ask_all, budget, collect, give, payee
from liuke.ledger.queries import balance
from liuke.ledger.services.verifying import verify
from liuke.run.testing import process_environment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def made(build):
    with transaction.atomic():
        return build()


def at_once(function, arguments):
    def alone(argument):
        try:
            return function(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(alone, arguments))


def test_workers_at_the_same_transfers_send_each_once_and_not_too_many_a_minute(wechat):
    made(lambda: approving.set_terms(new=Terms(minute_most=5), now=NOW))
    people, row = made(lambda: [payee() for _ in range(8)]), made(budget)
    for each in people:
        give(each, out_of=row)
    collect()
    ids = list(Transfer.objects.values_list("pk", flat=True))

    at_once(lambda pk: sending.ask(transfer_id=pk, now=NOW), ids * 3)

    assert len(wechat.transfers.rows) == 5
    assert Quota.objects.get(bucket__startswith="minute:").used == 5
    assert sum(line.startswith("POST") for line in wechat.requests) == 5
    ask_all(NOW + MINUTE)
    assert len(wechat.transfers.rows) == 8
    for number in wechat.transfers.rows:
        wechat.transfers.end(number)
    ask_all(NOW + 10 * MINUTE)
    assert set(Bonus.objects.values_list("state", flat=True)) == {"sent"}
    assert (balance(row.address).posted, balance(row.address).held) == (1_000_000 - 8 * 888, 0)


KILLED = textwrap.dedent("""
    import json, sys
    import django
    django.setup()
    from liuke.cash.services import sending
    from liuke.cash.tests.builders import NOW
    from liuke.channels import registry
    from liuke.channels.wechatpay import Merchant
    from liuke.channels.wechatpay_transfers import WeChatTransfers
    registry.payout_providers()["wechat"] = WeChatTransfers(Merchant(**json.loads(sys.argv[2])), seconds=(5, 5))
    def die(*args, **more):
        print("sent", flush=True)
        sys.stdin.read()
    sending.apply_status = die
    sending.ask(transfer_id=int(sys.argv[1]), now=NOW)
""")


@pytest.mark.crash
def test_killed_after_the_channel_took_it_the_money_goes_once(wechat):
    import json

    row, ann = made(budget), made(payee)
    give(ann, out_of=row)
    collect()
    transfer = Transfer.objects.get()
    merchant = json.dumps(vars(wechat.merchant(notify_url="https://shop.example/hooks/wechatpay/transfer")))
    with subprocess.Popen([sys.executable, "-c", KILLED, str(transfer.pk), merchant], env=process_environment(),
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "sent\n"
        process.send_signal(signal.SIGKILL)
    assert len(wechat.transfers.rows) == 1
    wechat.transfers.end(transfer.number)

    ask_all(NOW + MINUTE)

    assert (Bonus.objects.get().state, len(wechat.transfers.rows)) == ("sent", 1)
    assert balance(row.address).posted == 1_000_000 - 888
    assert made(lambda: verify(now=NOW)).faults == ()
