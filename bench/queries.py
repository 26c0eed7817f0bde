"""How many questions a page puts to the store: `python -m bench.queries EMAIL PATH…` prints them as JSON by path."""

import json
import sys

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from otklik.staff.models import Member  # noqa: E402


def main(email: str, *paths: str) -> None:
    browser = Client(headers={"host": "127.0.0.1"})
    browser.force_login(Member.objects.get(email=email))
    counts = {}
    for path in paths:
        browser.get(path)  # what a process looks up once is nobody's page
        with CaptureQueriesContext(connection) as queries:
            status = browser.get(path).status_code
        if status != 200:
            raise RuntimeError(f"{path} answered {status}.")
        counts[path] = len(queries)
    print(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
