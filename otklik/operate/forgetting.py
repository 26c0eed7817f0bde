"""The duty that lets every app forget what has had its time: settings.FORGETTING."""

import time
from datetime import timedelta

from django.conf import settings
from django.utils.module_loading import import_string

EVERY = timedelta(minutes=10)  # once nothing more was found; it is in no hurry


class Forgetting:
    """Looks again at once while there is more. What is forgotten twice is gone as well, so it takes no lease."""

    def __init__(self) -> None:
        self.due_at = 0.0

    def __call__(self) -> bool:
        if time.monotonic() < self.due_at:
            return False
        if any([import_string(name)() for name in settings.FORGETTING]):
            return True
        self.due_at = time.monotonic() + EVERY.total_seconds()
        return False


forget = Forgetting()
