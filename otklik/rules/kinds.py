"""What can happen to a rule, and how a rule is named where it did something."""

from django.utils.translation import gettext_lazy as _

from otklik.journal.kinds import declare, declare_actor, labels_of, names_of

from .models import Rule

declare_actor(Rule.journal_name, names_of(Rule))

declare("rule.made", _("Rule"), _("The rule was made"), personal=())
declare("rule.changed", _("Rule"), _("The rule was changed"), personal=())
declare("rule.removed", _("Rule"), _("The rule was removed"), personal=())
declare("rule.switched_on", _("Rule"), _("The rule was switched on"), personal=())
declare(
    "rule.switched_off",
    _("Rule"),
    _("The rule was switched off: %(why)s"),
    keys={"why": labels_of(Rule.Why)},
    personal=(),
)
