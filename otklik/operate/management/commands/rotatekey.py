from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.config import environment
from otklik.lib.encrypted import rotate_all


class Command(BaseCommand):
    help = "Make a new secret key and encrypt the kept passwords with it; the old key still opens what it signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep", action="store_true", help="make no key, only encrypt everything with the one there is"
        )

    def handle(self, *, keep: bool, **options: Any) -> None:
        if not keep:
            self.renew()
        rotated, lost = rotate_all()
        text = ngettext("%(count)d secret was encrypted anew.", "%(count)d secrets were encrypted anew.", rotated)
        self.stdout.write(text % {"count": rotated})
        if not keep:
            self.stdout.write(_("Restart Otklik now: the running programs know only the old key."))
        if lost:
            text = ngettext(
                "%(count)d secret cannot be opened by any key. Enter that password again in the settings.",
                "%(count)d secrets cannot be opened by any key. Enter those passwords again in the settings.",
                lost,
            )
            raise CommandError(text % {"count": lost})

    def renew(self) -> None:
        if settings.GIVEN.get("OTKLIK_SECRET_KEY"):
            raise CommandError(
                _(
                    "The key is given by OTKLIK_SECRET_KEY. Move it to OTKLIK_SECRET_KEY_FALLBACKS, put a new one "
                    "in its place, restart Otklik, then run “otklik rotatekey --keep”."
                )
            )
        new = environment.renew_key(settings.HOME)
        # From here on this process is one that knows both.
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY = new
