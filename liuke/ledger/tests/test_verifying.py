"""What is written stays written; who gets around the triggers is found and named."""

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

import liuke
from liuke.ledger import queries
from liuke.ledger import services as ledger
from liuke.ledger.models import Account, Posting, Seal, Verdict
from liuke.ledger.services import Move
from liuke.ledger.services.sealing import seal_day
from liuke.ledger.services.upkeep import roll_up
from liuke.ledger.services.verifying import verify
from liuke.ledger.tests.builders import HOUSE, NOW, give, open_points

DAY = date(2026, 11, 2)

pytestmark = pytest.mark.django_db


def some_days():
    """Two sealed days and a third that is not; returns the ids of all postings."""
    house, ann, bob = open_points(1, 2)
    give(ann, 50, "a1")
    give(bob, 60, "b1")
    ledger.hold(key="h1", moves=[Move(ann, bob, 20), Move(ann, house, 5)], now=NOW)
    seal_day(day_on=DAY, now=NOW)
    ledger.confirm(key="c1", of="h1", amounts=[15], now=NOW)
    ledger.reverse(of="b1", amounts=[10], key="r1", now=NOW)
    seal_day(day_on=DAY.replace(day=3), now=NOW)
    give(ann, 7, "a2")
    roll_up(limit=2)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")      # a table with pending checks cannot be altered
    return list(Posting.objects.order_by("pk").values_list("pk", flat=True))


def tamper(sql, *values):
    """As a superuser would who knows how to get around the triggers."""
    with connection.cursor() as cursor:
        for table in ("ledger_posting", "ledger_seal", "ledger_account"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0
        for table in ("ledger_posting", "ledger_seal", "ledger_account"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def first_fault():
    fault = verify(now=NOW).faults[0]
    return fault.check, fault.about


class TestTriggers:
    @pytest.mark.parametrize("sql", [
        "UPDATE ledger_posting SET amount = 1",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting",
        "UPDATE ledger_seal SET day_on = day_on",
        "DELETE FROM ledger_seal",
        "TRUNCATE ledger_seal",
        "UPDATE ledger_account SET address = address || 'x'",
        "UPDATE ledger_account SET unit = 'fen'",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_account CASCADE",
    ])
    def test_the_owner_is_stopped(self, sql):
        some_days()

        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            connection.cursor().execute(sql)

        assert verify(now=NOW).ok

    def test_playing_replica_does_not_help_to_change_or_delete(self):
        some_days()

        for sql in ("UPDATE ledger_posting SET amount = 1", "DELETE FROM ledger_posting"):
            with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
                connection.cursor().execute(f"SET LOCAL session_replication_role = replica; {sql}")


class TestGrants:
    """The statements stand in docs/howto/ledger.md, and are tried as they stand there."""

    @pytest.fixture
    def application(self):
        text = (Path(liuke.__file__).parent.parent / "docs" / "howto" / "ledger.md").read_text()
        (grants,) = re.findall(r"```sql\n(GRANT.*?)```", text, re.DOTALL)
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE liuke_app NOLOGIN")
            cursor.execute(grants)
        some_days()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE liuke_app")
            yield cursor
            cursor.execute("RESET ROLE")

    def test_are_enough_to_work(self, application):
        house, ann, cid = open_points(1, 3)
        ledger.set_floor(address=ann, floor=-5)
        give(cid, 3, "e1")
        ledger.hold(key="h2", moves=[Move(cid, house, 3)], now=NOW)
        ledger.void(key="v2", of="h2", now=NOW)
        ledger.reverse(of="e1", now=NOW)
        roll_up()
        seal_day(day_on=DAY.replace(day=4), now=NOW)

        assert verify(now=NOW).ok

    @pytest.mark.parametrize("sql", [
        "INSERT INTO ledger_posting SELECT * FROM ledger_posting",
        "UPDATE ledger_posting SET amount = 1",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting",
        "UPDATE ledger_account SET posted = 9",
        "INSERT INTO ledger_delta (account_id, posted, held) VALUES (1, 9, 0)",
        "DELETE FROM ledger_delta",
        "UPDATE ledger_openhold SET rest = 9",
        "DELETE FROM ledger_openhold",
        "INSERT INTO ledger_seal SELECT * FROM ledger_seal",
        "DELETE FROM ledger_seal",
        "ALTER TABLE ledger_posting DISABLE TRIGGER USER",
    ])
    def test_are_not_enough_for_anything_else(self, application, sql):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            application.execute(sql)

    def test_a_table_of_the_same_name_put_in_front_deceives_nobody(self, application):
        application.execute("RESET ROLE; GRANT TEMP ON DATABASE \"" + connection.settings_dict["NAME"]
                            + "\" TO liuke_app; SET LOCAL ROLE liuke_app")
        application.execute("CREATE TEMP TABLE ledger_account AS SELECT * FROM public.ledger_account;"
                            " UPDATE pg_temp.ledger_account SET posted = 1000")

        with pytest.raises(ledger.Overdrawn):
            ledger.post(key="theft", moves=[Move("points:customer:1", "points:house", 900)], now=NOW)


class TestVerify:
    def test_says_what_it_looked_at_and_keeps_the_verdict(self):
        some_days()

        found = verify(now=NOW)

        assert (found.ok, found.postings, found.accounts, found.seals) == (True, 7, 3, 2)
        verdict = queries.last_verdict()
        assert (verdict.faults, verdict.digest) == ([], bytes(Seal.objects.latest("pk").digest).hex())
        assert queries.last_clean_seal() == Seal.objects.latest("pk").pk

    @pytest.mark.parametrize("row", range(7))
    @pytest.mark.parametrize("column", ["amount = amount + 1", "fact_id = 77", "key = key || 'x'", "kind = 'void'"])
    def test_names_a_changed_row_sealed_or_not(self, row, column):
        ids = some_days()

        tamper(f"UPDATE ledger_posting SET {column}, of_id = coalesce(of_id, 1) WHERE id = %s", ids[row])

        assert first_fault() == ("posting", str(ids[row]))

    def test_names_a_changed_row_even_when_its_hash_was_mended(self):
        ids = some_days()

        tamper("""UPDATE ledger_posting SET amount = 51, inputs = ledger_inputs_v1(key, leg, legs, kind, debit_id,
               credit_id, 51, keep, of_id, fact_id, order_id, order_line_id, plan_version) WHERE id = %s""", ids[0])
        tamper("UPDATE ledger_account SET posted = posted + 1 WHERE address = 'points:customer:1'")

        assert first_fault() == ("posting", str(ids[0]))

    def test_times_are_sealed_too(self):
        ids = some_days()

        tamper("UPDATE ledger_posting SET booked_at = booked_at + interval '1 second' WHERE id = %s", ids[5])

        assert first_fault() == ("posting", str(ids[5]))

    @pytest.mark.parametrize("row", [0, 1, 2, 4, 5])
    def test_names_a_deleted_row(self, row):
        ids = some_days()

        tamper("DELETE FROM ledger_posting WHERE id = %s", ids[row])

        assert ("posting", str(ids[row])) in [(fault.check, fault.about) for fault in verify(now=NOW).faults]

    def test_a_deleted_row_of_today_is_found_by_the_balances(self):
        ids = some_days()

        tamper("DELETE FROM ledger_posting WHERE id = %s", ids[6])

        assert [fault.about for fault in verify(now=NOW).faults] == [HOUSE.address, "points:customer:1"]

    def test_names_a_row_slipped_into_a_sealed_day(self):
        ids = some_days()
        tamper("DELETE FROM ledger_posting WHERE id = %s", ids[1])

        tamper("INSERT INTO ledger_posting SELECT (jsonb_populate_record(p, jsonb_build_object('id', p.id - 1,"
               " 'key', 'slipped in'))).* FROM ledger_posting p WHERE id = %s", ids[2])

        assert first_fault() == ("posting", str(ids[1]))

    def test_names_a_changed_balance(self):
        some_days()

        tamper("UPDATE ledger_account SET posted = posted + 1 WHERE address = 'points:customer:2'")

        faults = [(fault.check, fault.about) for fault in verify(now=NOW).faults]
        assert faults == [("balance", "points:customer:2"), ("unit", "points")]

    def test_names_a_changed_hold(self):
        ids = some_days()

        tamper("UPDATE ledger_openhold SET rest = 1 WHERE posting_id = %s", ids[3])

        assert first_fault() == ("hold", str(ids[3]))

    def test_accounts_cannot_swap_their_addresses(self):
        some_days()

        tamper("UPDATE ledger_account SET address = 'points:customer:9' WHERE address = 'points:customer:1'")

        assert first_fault()[0] == "posting"

    def test_names_a_changed_seal_a_missing_seal_and_a_chain_that_was_cut(self):
        some_days()
        kept = verify(now=NOW).digest
        first, last = Seal.objects.order_by("pk")

        with transaction.atomic():
            tamper("UPDATE ledger_seal SET day_on = day_on - 1 WHERE id = %s", first.pk)
            assert first_fault() == ("seal", str(first.pk))
            transaction.set_rollback(True)
        with transaction.atomic():
            tamper("DELETE FROM ledger_seal WHERE id = %s", first.pk)
            assert first_fault() == ("seal", str(last.pk))
            transaction.set_rollback(True)
        tamper("DELETE FROM ledger_seal WHERE id = %s", last.pk)
        Verdict.objects.all().delete()
        assert verify(now=NOW).ok
        assert verify(now=NOW, expect=kept).faults[0].check == "seal"

    def test_money_from_nowhere_shows_in_the_sum_of_its_unit(self):
        some_days()

        tamper("INSERT INTO ledger_delta (account_id, posted, held) SELECT id, 9, 0 FROM ledger_account WHERE rolled")

        assert [(fault.check, fault.about) for fault in verify(now=NOW).faults] == [
            ("balance", HOUSE.address), ("unit", "points")]

    def test_recent_trusts_what_a_clean_verification_has_seen(self):
        ids = some_days()
        verify(now=NOW)

        tamper("UPDATE ledger_posting SET fact_id = 77 WHERE id = %s", ids[0])

        assert verify(now=NOW, since_seal=queries.last_clean_seal()).ok
        assert first_fault() == ("posting", str(ids[0]))


class TestSeals:
    def test_again_is_nothing_and_an_idle_day_gets_an_empty_seal(self):
        some_days()
        day = DAY.replace(day=4)

        assert [seal_day(day_on=day, now=NOW), seal_day(day_on=day, now=NOW)] == [1, 0]
        assert seal_day(day_on=DAY.replace(day=5), now=NOW) == 1

        assert [len(seal.ids) for seal in Seal.objects.order_by("pk")] == [4, 2, 1, 0]
        assert verify(now=NOW).ok

    def test_a_day_takes_as_many_seals_as_it_needs(self):
        house, ann = open_points(1)
        ledger.post_many(
            [ledger.Post(key=f"e{n}", moves=[Move(house, ann, 1)]) for n in range(2_500)], now=NOW)

        assert seal_day(day_on=DAY, now=NOW) == 3

        assert [len(seal.ids) for seal in queries.seals_of(DAY)] == [1000, 1000, 500]
        assert verify(now=NOW).ok


class TestCommand:
    def told(self, **options):
        out = StringIO()
        call_command("ledger_verify", stdout=out, **options)
        return out.getvalue()

    def test_prints_the_digest_to_be_kept_elsewhere(self):
        some_days()

        said = json.loads(self.told(json=True))

        assert said == {"ok": True, "postings": 7, "accounts": 3, "seals": 2, "faults": [],
                        "digest": bytes(Seal.objects.latest("pk").digest).hex()}
        assert said["digest"] in self.told()

    def test_names_the_first_bad_row_and_ends_with_status_one(self, capsys):
        ids = some_days()
        tamper("UPDATE ledger_posting SET amount = 51 WHERE id = %s", ids[0])
        out = StringIO()

        with pytest.raises(SystemExit) as ended:
            call_command("ledger_verify", json=True, stdout=out)

        assert ended.value.code == 1
        said = json.loads(out.getvalue())
        assert (said["ok"], said["faults"][0]["about"]) == (False, str(ids[0]))


class TestStatement:
    def test_shows_every_posting_with_the_balance_after_it(self):
        some_days()

        lines = queries.statement("points:customer:1").lines

        assert [(line.key, line.change, line.change_held, line.posted, line.held) for line in lines] == [
            ("a2", 7, 0, 42, 10), ("c1", -15, -15, 35, 10), ("h1", 0, 5, 50, 25), ("h1", 0, 20, 50, 20),
            ("a1", 50, 0, 50, 0)]

    @pytest.mark.parametrize("address", ["points:house", "points:customer:1", "points:customer:2"])
    def test_pages_join_without_a_seam(self, address):
        some_days()
        whole, paged, before = queries.statement(address), [], ""

        while True:
            page = queries.statement(address, before=before, limit=2)
            paged.extend(page.lines)
            if not (before := page.before):
                break

        assert tuple(paged) == whole.lines
        assert len(paged) > 2

    def test_accounts_of_an_owner_and_totals(self):
        some_days()

        (ann,) = queries.accounts(owner=("customer", 1))

        assert (ann.address, ann.posted, ann.held, ann.free) == ("points:customer:1", 42, 10, 32)
        assert queries.account("points:house").shown == 107
        assert queries.totals() == [queries.Total("points", 3, 0, 107, -107, 10)]
        assert Account.objects.get(address="points:house").posted != -107
