from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from otklik.lib.inbound import Dropped
from otklik.tickets.models import RawMessage
from otklik.tickets.raw import own_addresses


class Command(BaseCommand):
    help = "Read kept raw messages again, for example after a fix; without --really only say what would become of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, help="which raw messages (default: all that could not be read)")
        parser.add_argument("--dropped", metavar="REASON", help="all that were dropped for this reason instead")
        parser.add_argument("--really", action="store_true", help="give them to the worker again")

    def handle(self, *, ids: list[int], dropped: str | None, really: bool, **options: Any) -> None:
        chosen = self.chosen(ids, dropped)
        own, count = own_addresses(), 0
        for raw in chosen.select_related("channel").order_by("pk").iterator(chunk_size=100):
            count += 1
            raw.envelope["own"] = own
            self.stdout.write(f"{raw.pk}: {self.given(raw) if really else self.foretold(raw)}")
        self.stdout.write(f"{count} in all." if really else f"{count} in all. Nothing was changed; --really does it.")

    def chosen(self, ids: list[int], dropped: str | None) -> Any:
        if ids:
            missing = set(ids) - set(RawMessage.objects.filter(pk__in=ids).values_list("pk", flat=True))
            if missing:
                raise CommandError(f"There is no raw message {', '.join(map(str, sorted(missing)))}.")
            return RawMessage.objects.filter(pk__in=ids)
        if dropped:
            return RawMessage.objects.filter(outcome=RawMessage.Outcome.DROPPED, reason=dropped)
        return RawMessage.objects.unread()

    def given(self, raw: RawMessage) -> str:
        return "due again" if raw.read_again() else "left alone: it became a message, or is due anyway"

    def foretold(self, raw: RawMessage) -> str:
        try:
            outcome = raw.channel.adapter.read(raw)
        except Exception as failure:  # noqa: BLE001 that it fails is the answer
            return f"still fails: {type(failure).__name__}: {failure}"
        if isinstance(outcome, Dropped):
            return f"would be dropped: {outcome.reason}"
        return f"would be a message from {outcome.sender.value}: {outcome.subject or outcome.text[:60]}"
