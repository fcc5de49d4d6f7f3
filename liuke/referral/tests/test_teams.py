import random

from liuke.referral.plans import Role, StayPolicy
from liuke.referral.teams import FixedTeams, MovingTeams


def test_the_formula_answers_a_line_ten_thousand_deep_without_walking_it():
    teams = FixedTeams()
    teams.join("0", inviter=None, role=Role.BOSS)
    for at in range(1, 10_001):
        teams.join(str(at), inviter=str(at - 1), role=Role.AGENT)
    seen = []
    teams._team_boss = _Counting(teams._team_boss, seen)

    assert teams.boss_above("10000") == "0"
    assert seen == ["10000"]


def test_the_formula_and_the_moving_tree_are_one_where_everybody_has_a_boss():
    rng = random.Random(5)
    fixed, moving = FixedTeams(), MovingTeams(StayPolicy.FIRST_N)
    agents, people = [], []
    for at in range(3_000):
        who, inviter = str(at), rng.choice(people[-40:]) if people and rng.random() > 0.01 else None
        for teams in (fixed, moving):
            teams.join(who, inviter=inviter, role=Role.AGENT if inviter else Role.BOSS)
        people.append(who)
        agents += [who] if inviter else []
        if rng.random() < 0.3 and agents:
            graduate = agents.pop(rng.randrange(len(agents)))
            assert fixed.graduate(graduate, completed_by=who) == moving.graduate(graduate, completed_by=who)
        asked = rng.choice(people)
        assert fixed.boss_above(asked) == moving.boss_above(asked)
        assert fixed.parent(asked) == moving.parent(asked)

    assert [fixed.parent(who) for who in people] == [moving.parent(who) for who in people]


class _Counting(dict):
    def __init__(self, plain, seen):
        super().__init__(plain)
        self._seen = seen

    def __getitem__(self, key):
        self._seen.append(key)
        return super().__getitem__(key)
