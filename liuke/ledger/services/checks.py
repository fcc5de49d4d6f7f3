"""The checks of a verification, each one statement that returns what is wrong and nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from liuke.ledger import queries
from liuke.ledger.models import Seal
from liuke.ledger.rules import MAX_FAULTS


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `about`: a posting's id, an account's address, a seal's number or a unit."""

    check: str
    about: str
    says: str


CHANGED = """
SELECT p.id, p.key, p.leg FROM ledger_posting p
LEFT JOIN ledger_account d ON d.id = p.debit_id
LEFT JOIN ledger_account c ON c.id = p.credit_id
LEFT JOIN ledger_posting o ON o.id = p.of_id
WHERE p.id > %(since)s AND (
  d.unit IS DISTINCT FROM c.unit OR d.id IS NULL OR p.inputs <> ledger_inputs_v1(
    p.key, p.leg, p.legs, p.kind, p.debit_id, p.credit_id, CASE WHEN NOT p.whole THEN p.amount END, p.keep,
    p.of_id, p.fact_id, p.order_id, p.order_line_id, p.plan_version)
  OR p.kind IN ('confirm', 'void') AND (o.kind, o.debit_id, o.credit_id)
     IS DISTINCT FROM ('hold', p.debit_id, p.credit_id)
  OR p.kind = 'reverse' AND (o.kind IN ('post', 'confirm'), o.debit_id, o.credit_id)
     IS DISTINCT FROM (true, p.credit_id, p.debit_id))
ORDER BY p.id LIMIT %(most)s
"""
TORN = """
SELECT min(p.id), p.key, max(p.legs) - count(*) FROM ledger_posting p WHERE p.id > %(since)s
GROUP BY p.key HAVING max(p.legs) > 0 AND count(*) <> max(p.legs) ORDER BY min(p.id) LIMIT %(most)s
"""
OVERTAKEN = """
SELECT o.id, o.key, o.amount, sum(p.amount) FROM ledger_posting p JOIN ledger_posting o ON o.id = p.of_id
GROUP BY o.id HAVING sum(p.amount) > o.amount ORDER BY o.id LIMIT %(most)s
"""
HOLDS = """
SELECT coalesce(h.posting_id, e.id), coalesce(h.rest, 0), coalesce(e.rest, 0)
FROM ledger_openhold h FULL JOIN (
  SELECT p.id, p.debit_id, p.credit_id, p.amount - coalesce(sum(t.amount), 0) AS rest
  FROM ledger_posting p LEFT JOIN ledger_posting t ON t.of_id = p.id
  WHERE p.kind = 'hold' GROUP BY p.id HAVING p.amount > coalesce(sum(t.amount), 0)
) e ON e.id = h.posting_id
WHERE (h.rest, h.debit_id, h.credit_id) IS DISTINCT FROM (e.rest, e.debit_id, e.credit_id) ORDER BY 1 LIMIT %(most)s
"""
BALANCES = """
SELECT s.address, s.posted, coalesce(m.posted, 0), s.held, coalesce(m.held, 0), s.floor
FROM ledger_standing s LEFT JOIN (
  SELECT u.id, sum(u.posted) AS posted, sum(u.held) AS held FROM (
    SELECT debit_id, sum(CASE WHEN kind IN ('hold', 'void') THEN 0 ELSE -amount END),
           sum(CASE kind WHEN 'hold' THEN amount WHEN 'confirm' THEN -amount WHEN 'void' THEN -amount ELSE 0 END)
    FROM ledger_posting GROUP BY debit_id
    UNION ALL
    SELECT credit_id, sum(amount), 0 FROM ledger_posting WHERE kind NOT IN ('hold', 'void') GROUP BY credit_id
  ) u(id, posted, held) GROUP BY u.id
) m ON m.id = s.id
WHERE s.posted <> coalesce(m.posted, 0) OR s.held <> coalesce(m.held, 0) OR s.posted - s.held < s.floor
ORDER BY s.id LIMIT %(most)s
"""
SEALS = """
SELECT s.id, s.day_on, s.follows, s.after_id FROM (
  SELECT t.*, t.before IS NOT DISTINCT FROM coalesce(lag(t.digest) OVER w, '') AS follows,
         lag(t.last_id, 1, 0::bigint) OVER w AS after_id
  FROM ledger_seal t WINDOW w AS (ORDER BY t.id)
) s CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(r.posting_id ORDER BY r.posting_id), '{}') AS ids,
         coalesce(array_agg(r.mark ORDER BY r.posting_id), '{}') AS marks,
         string_agg(r.digest, ''::bytea ORDER BY r.posting_id) AS digests
  FROM ledger_run_v1(s.after_id, s.last_id, NULL) r
) r
WHERE s.id > %(since_seal)s AND (NOT s.follows OR s.ids <> r.ids OR s.marks <> r.marks
  OR s.digest <> ledger_seal_digest_v1(s.before, s.day_on, s.last_id, r.digests))
ORDER BY s.id LIMIT %(most)s
"""
SEALED_ROWS = """
SELECT coalesce(r.posting_id, k.id), r.posting_id IS NULL, k.id IS NULL
FROM (SELECT u.id, u.mark FROM ledger_seal s, unnest(s.ids, s.marks) u(id, mark) WHERE s.id = %(seal)s) k
FULL JOIN (SELECT r.* FROM ledger_seal s, ledger_run_v1(%(after)s, s.last_id, NULL) r WHERE s.id = %(seal)s) r
ON r.posting_id = k.id
WHERE k.mark IS DISTINCT FROM r.mark ORDER BY 1 LIMIT %(most)s
"""


def faults(*, expect: str, since_seal: int) -> list[Fault]:
    """At most rules.MAX_FAULTS: bad rows first, by id, then entries, holds, accounts, units and the chain itself."""
    sealed = Seal.objects.filter(pk=since_seal).values_list("last_id", flat=True).first() or 0
    rows, chain = _chain(since_seal)
    for fault in _changed(sealed):
        rows.setdefault(int(fault.about), fault)
    found = [rows[posting_id] for posting_id in sorted(rows)]
    found += [*_torn(sealed), *_overtaken(), *_holds(), *_balances(), *_units(), *chain, *_kept_elsewhere(expect)]
    return found[:MAX_FAULTS]


def _changed(since: int) -> Iterator[Fault]:
    for posting_id, key, leg in _rows(CHANGED, since=since):
        yield Fault("posting", str(posting_id), _("第 %(id)s 行（%(key)s 第 %(leg)s 笔）与记账时不符")
                    % {"id": posting_id, "key": key, "leg": leg})


def _torn(since: int) -> Iterator[Fault]:
    for posting_id, key, missing in _rows(TORN, since=since):
        yield Fault("entry", str(posting_id), _("%(key)s 缺少 %(missing)s 笔（第 %(id)s 行起）")
                    % {"id": posting_id, "key": key, "missing": missing})


def _overtaken() -> Iterator[Fault]:
    for posting_id, key, amount, taken in _rows(OVERTAKEN):
        yield Fault("parts", str(posting_id), _("第 %(id)s 行（%(key)s）金额 %(amount)s，却已处理 %(taken)s")
                    % {"id": posting_id, "key": key, "amount": amount, "taken": taken})


def _holds() -> Iterator[Fault]:
    for posting_id, stored, computed in _rows(HOLDS):
        yield Fault("hold", str(posting_id), _("第 %(id)s 行的冻结余额为 %(stored)s，应为 %(computed)s")
                    % {"id": posting_id, "stored": stored, "computed": computed})


def _balances() -> Iterator[Fault]:
    for address, posted, should, held, should_hold, floor in _rows(BALANCES):
        if (posted, held) == (should, should_hold):
            says = _("账户 %(address)s 可用 %(free)s，低于下限 %(floor)s") % {
                "address": address, "free": posted - held, "floor": floor}
        else:
            says = _("账户 %(address)s 余额 %(posted)s（冻结 %(held)s），按流水应为 %(should)s（冻结 %(hold)s）") % {
                "address": address, "posted": posted, "held": held, "should": should, "hold": should_hold}
        yield Fault("balance", address, says)


def _units() -> Iterator[Fault]:
    for total in queries.totals():
        if total.balance:
            yield Fault("unit", total.unit, _("单位 %(unit)s 合计 %(sum)s，应为 0")
                        % {"unit": total.unit, "sum": total.balance})


def _chain(since_seal: int) -> tuple[dict[int, Fault], list[Fault]]:
    """Rows that differ from their seal, by id; and seals that are wrong in themselves."""
    rows: dict[int, Fault] = {}
    chain = []
    for seal_id, day_on, follows, after_id in _rows(SEALS, since_seal=since_seal):
        where = {"seal": seal_id, "day": day_on.isoformat()}
        if not follows:
            chain.append(Fault("seal", str(seal_id), _("%(day)s 的封存 %(seal)s 与前一封存不相连") % where))
            continue
        named = list(_rows(SEALED_ROWS, seal=seal_id, after=after_id))
        for posting_id, gone, added in named:
            says = _("第 %(id)s 行已被改动")
            if gone:
                says = _("第 %(id)s 行已被删除")
            if added:
                says = _("第 %(id)s 行是后来插入的")
            rows[posting_id] = Fault("posting", str(posting_id), says % {"id": posting_id})
        if not named:
            chain.append(Fault("seal", str(seal_id), _("%(day)s 的封存 %(seal)s 已被改动") % where))
    return rows, chain


def _kept_elsewhere(expect: str) -> Iterator[Fault]:
    """Digests that were seen before must still stand in the chain, or its end was cut off."""
    last = queries.last_verdict()
    for digest in {expect, last.digest if last else ""} - {""}:
        if not Seal.objects.filter(digest=bytes.fromhex(digest)).exists():
            yield Fault("seal", digest[:12], _("封存链中没有 %(digest)s") % {"digest": digest})


def _rows(sql: str, **values: Any) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "most": MAX_FAULTS})
        return list(cursor.fetchall())
