"""Who stands under which boss: by the formula where it is exact, by moving the pointers where it is not.

Beside rules.py because it remembers a whole tree; the services keep the same two columns (`inviter`, `team_boss`).

The formula: a joiner's team boss is the inviter if the inviter is a boss at that moment, else the inviter's own team
boss, and never changes. It agrees with moving people about in the tree when everybody has a boss above and graduates
leave everybody behind (`plan.has_fixed_teams`); an agent root or the policy "only the last one is left" moves the boss
of whole subtrees at once, and there the tree itself must be kept and walked.
"""

from typing import Protocol

from liuke.referral import rules
from liuke.referral.plans import Chain21, Role, StayPolicy


class Teams(Protocol):
    """Names in, names out; every name was joined before it is asked about."""

    def join(self, who: str, *, inviter: str | None, role: Role) -> None: ...

    def boss_above(self, who: str) -> str | None:
        """The nearest boss above; None for a boss, and where no boss stands above."""

    def parent(self, who: str) -> str | None:
        """Under whom the person is placed now; None for a boss."""

    def graduate(self, who: str, *, completed_by: str) -> str | None:
        """Make an agent a boss and move those who stay behind; returns the former boss."""


def teams_for(plan: Chain21) -> Teams:
    return FixedTeams() if plan.has_fixed_teams else MovingTeams(plan.stay_policy)


class FixedTeams:
    """The formula: nothing ever moves, every answer is O(1)."""

    def __init__(self) -> None:
        self._inviter: dict[str, str | None] = {}
        self._team_boss: dict[str, str | None] = {}
        self._bosses: set[str] = set()

    def join(self, who: str, *, inviter: str | None, role: Role) -> None:
        self._inviter[who] = inviter
        self._team_boss[who] = None if inviter is None else rules.team_boss_of_joiner(
            inviter=inviter, inviter_role=self._role(inviter), inviter_boss=self._team_boss[inviter]
        )
        if role is Role.BOSS:
            self._bosses.add(who)

    def boss_above(self, who: str) -> str | None:
        return None if who in self._bosses else self._team_boss[who]

    def parent(self, who: str) -> str | None:
        """The inviter while that one is an agent, afterwards the boss who kept the person."""
        inviter = self._inviter[who]
        if inviter is not None and who not in self._bosses and inviter not in self._bosses:
            return inviter
        return self.boss_above(who)

    def graduate(self, who: str, *, completed_by: str) -> str | None:
        del completed_by                      # everybody stays with the former boss, as the formula says already
        former_boss = self._team_boss[who]
        self._bosses.add(who)
        return former_boss

    def _role(self, who: str) -> Role:
        return Role.BOSS if who in self._bosses else Role.AGENT


class MovingTeams:
    """The tree itself: a question walks up to the next boss, a graduation moves those placed under the graduate.

    Where no boss stands above, nobody can take the graduate's people over, and they stay.
    """

    def __init__(self, policy: StayPolicy) -> None:
        self._policy = policy
        self._parent: dict[str, str | None] = {}
        self._directs: dict[str, list[str]] = {}
        self._bosses: set[str] = set()

    def join(self, who: str, *, inviter: str | None, role: Role) -> None:
        self._parent[who], self._directs[who] = inviter, []
        if inviter is not None:
            self._directs[inviter].append(who)
        if role is Role.BOSS:
            self._bosses.add(who)

    def boss_above(self, who: str) -> str | None:
        above = self._parent[who]
        while above is not None and above not in self._bosses:
            above = self._parent[above]
        return above

    def parent(self, who: str) -> str | None:
        return self._parent[who]

    def graduate(self, who: str, *, completed_by: str) -> str | None:
        former_boss = self.boss_above(who)
        if former_boss is not None:
            leaving = self._directs[who] if self._policy is StayPolicy.FIRST_N else [completed_by]
            for direct in leaving:
                if self._parent[direct] == who:          # not one who has graduated and left already
                    self._parent[direct] = former_boss
        self._parent[who] = None
        self._bosses.add(who)
        return former_boss
