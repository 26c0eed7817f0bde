"""How long the search takes among a million messages: `python -m bench.searching`.

The limit is one indexed question of the same word put to the store by its bare driver, and an empty page.
"""

import argparse
import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg

from .__main__ import FULL, empty_view
from .browser import Browser, Request, timed
from .figures import HEADING, Figure, line, percentile
from .house import House, memory, processor

AIM = "≤ 100"
BARE = {
    "sqlite": "SELECT rowid FROM tickets_document WHERE tickets_document MATCH ? ORDER BY rowid DESC LIMIT 50",
    # As it comes: without an order there is nothing to gather first.
    "postgresql": "SELECT id FROM tickets_document WHERE words @@ (SELECT %s::tsquery) LIMIT 50",
}


@contextmanager
def driver(house: House) -> Iterator[Callable[[str], object]]:
    if house.server:
        with psycopg.connect(house.server, dbname=house.database) as connection:
            yield lambda word: connection.execute(BARE["postgresql"], [f"'{word}'"]).fetchall()
    else:
        store = sqlite3.connect(house.home / "otklik.sqlite3")
        yield lambda word: store.execute(BARE["sqlite"], [f'"{word}"']).fetchall()
        store.close()


def bare(house: House, words: list[str]) -> float:
    """Milliseconds of a question, the median."""
    times = []
    with driver(house) as ask:
        for word in words * 2:
            began = time.perf_counter()
            ask(word.strip())
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[len(words) :])


def measure(house: House, count: int) -> Iterator[Figure]:
    house.run("prepare")
    began = time.monotonic()
    asked = json.loads(house.python("-m", "bench.multitude", str(count)))
    yield Figure("messages poured into the store", count / (time.monotonic() - began), "1/s")
    question = bare(house, asked["a common word"])
    yield Figure("a bare question of one word", question, "ms")
    limit = question + dict(empty_view(FULL))[1]
    with house.running("web") as programs:
        for who in ("vera", "anna"):
            browser = Browser(house.port)
            browser.sign_in(house.run("staff", "link", f"{who}@demo.example").strip())
            every: list[float] = []
            for sort, texts in asked.items():
                pages: list[Request] = [("GET", f"/desk/search/?text={quote(text)}", None) for text in texts]
                timed(house.port, browser.cookies, pages[:4], 1)
                used = processor(programs["web"])
                times = timed(house.port, browser.cookies, pages, 1)
                used = (processor(programs["web"]) - used) * 1000 / len(pages)
                every += times
                yield Figure(f"{who}, {sort}: p50", percentile(times, 0.5), "ms", limit)
                yield Figure(f"{who}, {sort}: p95", percentile(times, 0.95), "ms", limit)
                yield Figure(f"{who}, {sort}: processor", used, "ms")
            yield Figure(f"{who}, all sorts: p50", percentile(every, 0.5), "ms", limit)
            yield Figure(f"{who}, all sorts: p95", percentile(every, 0.95), "ms", limit, AIM)
        yield Figure("memory of web, having searched: PSS", memory(programs["web"])[0], "MB")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.searching", description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", default="postgresql://root@127.0.0.1", help="PostgreSQL (%(default)s)")
    parser.add_argument("--messages", type=int, default=1_000_000, help="how many there are (%(default)s)")
    options = parser.parse_args()
    house = House(options.server if options.store == "postgresql" else "")
    print(f"{options.store}, {options.messages} messages\n{HEADING}")
    try:
        for figure in measure(house, options.messages):
            print(line(figure), flush=True)
    finally:
        house.close()


if __name__ == "__main__":
    main()
