"""What tests of rules share: a rule in one line, and the worker’s round."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now

from otklik.rules.models import Rule, RuleRun
from otklik.rules.running import CHAIN, run_due
from otklik.testing import CastTestCase, react_to_all

HOUR = timedelta(hours=1)
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00+00:00")


def is_(key: str, value: Any, operator: str = "is") -> dict[str, Any]:
    return {"all": [{"if": key, "is": operator, "value": str(value)}]}


def make_rule(name: str, *kinds: str, do: list[dict[str, str]], on: bool = True, **rest: Any) -> Rule:
    values = {"name": name, "kinds": list(kinds), "actions": do, "is_active": on, "active_since": LONG_AGO}
    return Rule.objects.create(**values | rest)


class RulesTestCase(CastTestCase):
    def work(self, at: datetime | None = None) -> None:
        """All that a worker does about rules, until nothing is left."""
        at = at or now()
        for _link_of_a_chain in range(CHAIN + 1):
            react_to_all("rules")
            while run_due(at):
                pass

    def outcomes(self, rule: Rule) -> list[str]:
        return list(RuleRun.objects.filter(rule=rule).order_by("pk").values_list("outcome", flat=True))
