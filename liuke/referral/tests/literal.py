"""The slow oracle: the chain 2+1 rules played on a real tree, people and their subtrees moved about by hand.

Written for the tests alone and sharing nothing with the code under test but the JSON of plans and steps.
"""

from collections import Counter
from fractions import Fraction
from math import floor


class No(Exception):
    """What the step is refused with."""


class Node:
    def __init__(self, name, inviter, boss):
        self.name, self.inviter, self.boss = name, inviter, boss
        self.born_boss = boss
        self.above, self.below = None, []
        self.left_boss = None
        self.counted = []                     # confirmed directs, in the order of their confirmation
        self.released = False

    def hang_under(self, other):
        if self.above:
            self.above.below.remove(self)
        self.above = other
        if other:
            other.below.append(self)

    def next_boss(self):
        node = self.above
        while node and not node.boss:
            node = node.above
        return node


class LiteralChain:
    def __init__(self, plan):
        self.plan = plan
        self.nodes = {}
        self.orders = {}
        self.cash = Counter()                 # (name, place) -> amount
        self.events = []

    def step(self, step):
        """`expect` of the step."""
        self.events = []
        try:
            getattr(self, f"do_{step['op']}")(**{k: v for k, v in step.items() if k != "op"})
        except No as no:
            self.events = {"rejected": str(no)}
        return {"events": self.events, "after": {name: self.state(node) for name, node in self.nodes.items()}}

    def state(self, node):
        boss = None if node.boss else node.next_boss()
        row = {
            "role": "boss" if node.boss else "agent",
            "inviter": node.inviter.name if node.inviter else None,
            "team_parent": node.above.name if node.above else None,
            "team_boss": boss.name if boss else None,
            "confirmed_directs": len(node.counted),
            "balance": self.sum(node, "balance"),
        }
        for place in ("pending", "withheld", "paid_out"):
            if self.sum(node, place):
                row[place] = self.sum(node, place)
        return row

    def sum(self, node, place):
        return self.cash[node.name, place]

    def totals(self):
        places = ("balance", "withheld", "paid_out")
        return {name: sum(self.sum(node, place) for place in places) for name, node in self.nodes.items()}

    def do_join(self, member, inviter, order, amount):
        if member == inviter:
            raise No("self_referral")
        if member in self.nodes:
            raise No("already_bound")
        if inviter is not None and inviter not in self.nodes:
            raise No("unknown_inviter")
        self.new_order(order, amount)
        above = self.nodes.get(inviter)
        node = Node(member, above, boss=above is None and self.plan["root_role"] == "boss")
        rewards = []
        if above:
            rewards += self.pay(above, "direct", self.rate(above))
            rewards += self.pay_difference(above)
        node.hang_under(above)
        self.nodes[member] = node
        self.finish_payment(order, node, rewards, is_entry=True)

    def do_buy(self, member, order, amount):
        if member not in self.nodes:
            raise No("unknown_member")
        self.new_order(order, amount)
        node, rewards = self.nodes[member], []
        again = self.plan["repurchase"] or {}
        if again.get("self_saving"):
            rewards += self.pay(node, "self_saving", self.rate(node))
        if again.get("team_differential"):
            rewards += self.pay_difference(node)
        self.finish_payment(order, node, rewards, is_entry=False)

    def new_order(self, order, amount):
        if order in self.orders:
            raise No("duplicate_order")
        if amount < 0:
            raise No("bad_amount")
        self.orders[order] = {"amount": amount, "left": amount, "state": "paid"}

    def rate(self, node):
        return self.plan["boss_rate"] if node.boss else self.plan["agent_rate"]

    def pay_difference(self, node):
        boss = None if node.boss else node.next_boss()
        return self.pay(boss, "team", self.plan["boss_rate"] - self.plan["agent_rate"]) if boss else []

    def pay(self, node, kind, amount):
        paid = [{"to": node, "type": kind, "first": amount, "now": amount}]
        if self.plan["peer"] and node.left_boss:
            peer = floor(Fraction(str(self.plan["peer"]["pct"])) * amount / 100)
            paid.append({"to": node.left_boss, "type": "peer", "first": peer, "now": peer})
        return [reward for reward in paid if reward["first"] > 0]

    def finish_payment(self, number, buyer, rewards, is_entry):
        order = self.orders[number]
        order.update(number=number, buyer=buyer, rewards=rewards, is_entry=is_entry)
        if self.plan["hold"] == "none":
            self.settle(order)
            return
        for reward in rewards:
            self.post(reward["to"], "pending", reward["now"])
            self.tell(order, reward["to"], reward["type"], reward["now"], status="pending")

    def settle(self, order):
        order["state"] = "confirmed"
        for reward in order["rewards"]:
            kept = self.fund_share(reward["to"], reward["now"])
            reward["kept"] = kept
            self.post(reward["to"], "withheld", kept)
            self.post(reward["to"], "balance", reward["now"] - kept)
            self.tell(order, reward["to"], reward["type"], reward["now"], status="confirmed", withheld=kept)
        inviter = order["buyer"].inviter
        if order["is_entry"] and inviter:
            inviter.counted.append(order["buyer"])
            if not inviter.boss and len(inviter.counted) >= self.plan["graduate_directs"]:
                self.graduate(inviter, order["buyer"])
            self.open_funds(inviter)
            self.open_funds(inviter.inviter)

    def graduate(self, node, last):
        boss = node.next_boss()
        if boss:
            for child in list(node.below):
                if self.plan["stay_policy"] == "first_n_to_former_boss" or child is last:
                    child.hang_under(boss)
        node.hang_under(None)
        node.boss, node.left_boss = True, boss
        self.events.append({"event": "graduate", "member": node.name, "former_boss": boss.name if boss else None})

    def fund_share(self, node, amount):
        if not self.plan["help_fund"] or node.born_boss or node.released:
            return 0
        return floor(Fraction(str(self.plan["help_fund"]["pct"])) * amount / 100)

    def open_funds(self, node):
        if not node or not self.plan["help_fund"] or node.born_boss or node.released:
            return
        first = node.counted[: self.plan["graduate_directs"]]
        if len(first) == self.plan["graduate_directs"] and all(child.boss for child in first):
            node.released = True
            amount = self.sum(node, "withheld")
            self.post(node, "withheld", -amount)
            self.post(node, "balance", amount)
            if amount:
                self.events.append({"event": "help_fund_release", "member": node.name, "amount": amount})

    def do_confirm(self, order):
        found = self.find(order)
        if found["state"] == "refunded":
            raise No("order_refunded")
        if found["state"] == "confirmed":
            raise No("already_confirmed")
        for reward in found["rewards"]:
            self.post(reward["to"], "pending", -reward["now"])
        self.settle(found)

    def do_refund(self, order, amount=None):
        found = self.find(order)
        if found.get("gone"):
            raise No("already_refunded")
        if amount is not None and amount <= 0:
            raise No("bad_amount")
        if amount is not None and amount > found["left"]:
            raise No("refund_exceeds_paid")
        found["left"] -= found["left"] if amount is None else amount
        found["gone"] = found["left"] == 0
        for reward in found["rewards"]:
            due = floor(Fraction(reward["first"] * found["left"], found["amount"])) if found["left"] else 0
            back = reward["now"] - due
            reward["now"] = due
            if not back:
                continue
            if found["state"] == "paid":
                self.post(reward["to"], "pending", -back)
                self.tell(found, reward["to"], "void", -back, status="void")
                continue
            from_fund = 0
            if reward["kept"] and not reward["to"].released:
                from_fund = reward["kept"] - floor(Fraction(str(self.plan["help_fund"]["pct"])) * due / 100)
                reward["kept"] -= from_fund
            self.post(reward["to"], "withheld", -from_fund)
            self.post(reward["to"], "balance", from_fund - back)
            self.tell(found, reward["to"], "clawback", -back, status="confirmed", withheld=-from_fund)
        if found["gone"] and found["state"] == "paid":
            found["state"] = "refunded"

    def do_payout(self, member, amount):
        if member not in self.nodes:
            raise No("unknown_member")
        if amount <= 0:
            raise No("bad_amount")
        if amount > self.sum(self.nodes[member], "balance"):
            raise No("payout_above_balance")
        self.post(self.nodes[member], "balance", -amount)
        self.post(self.nodes[member], "paid_out", amount)
        self.events.append({"event": "payout", "member": member, "amount": amount})

    def find(self, order):
        if order not in self.orders:
            raise No("unknown_order")
        return self.orders[order]

    def post(self, node, place, amount):
        self.cash[node.name, place] += amount

    def tell(self, order, to, kind, amount, *, status, withheld=0):
        event = {"to": to.name, "type": kind, "amount": amount, "order": order["number"], "status": status}
        if withheld:
            event["withheld"] = withheld
        self.events.append(event)
