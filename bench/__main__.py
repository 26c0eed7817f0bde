"""Measures speed and memory, each figure beside the limit of the bare machine in the same run.

Everything happens in a throw-away installation with the real programs. Let nothing else run meanwhile.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from .browser import Browser, Request, timed
from .figures import HEADING, Figure, line, percentile
from .house import ROOT, House, free_port, memory, processor, wait_for
from .mails import pour

LONGEST = 300.0  # seconds for all mails
SETTLING = 3.0  # seconds after which a program is idle
ADRIFT = 2.0  # per cent of a core more than when idle: it is still at work
CONNECTIONS = 8  # of the mail server that pours
# What is left to do about mails that became tickets: events for rules, clocks without their ladder, events not read.
FOLLOWING = {
    "rules_occasion": "rule_id IS NULL",
    "sla_clock": "due_at IS NOT NULL AND (laid_for IS NULL OR laid_for <> due_at)",
    "journal_reader": "(tx, event_id) < (SELECT tx, id FROM journal_event ORDER BY tx DESC, id DESC LIMIT 1)",
}
PAGES_AIM, MAILS_AIM, MEMORY_AIM = "≤ 60", "≥ 300", "≤ 150"
MAIL_AIM = "≤ 3.3"  # milliseconds of processor time: 300 a second on one core
KILOBYTES_AIM, QUERIES_AIM = "≤ 60", {"queue page": "≤ 12", "ticket page": "≤ 15"}
ADDITIONS_AIM, WATCHING_AIM = "≥ 1", "≤ 1"
WORKS_AS = "vera@demo.example"  # an administrator of the demo company


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    mails: int
    requests: int
    seconds: float
    watch: float  # seconds


FULL = Plan((1_000, 20_000, 100_000), 2_000, 200, 5.0, 60.0)
QUICK = Plan((1_000,), 300, 40, 1.0, 10.0)


def measure(house: House, plan: Plan) -> Iterator[Figure]:
    house.run("prepare")
    yield Figure("start to first page", house.first_page(), "s", aim="≤ 5")
    with house.running("web", "worker", "intake") as programs:
        time.sleep(SETTLING)
        yield from memories(programs, "idle")
        idle = share_of_a_core(programs["worker"], plan.watch)
        yield Figure("processor of worker, idle", idle, "%")
        yield from mails(house, plan, programs)
        yield from memories(programs, f"after {plan.mails} mails")
    bare = json.loads(house.python("-m", "bench.bare", str(plan.seconds)))
    yield Figure("bare transactions of the same rows, a mail", bare["mail"], "1/s")
    yield Figure("bare transactions of the same rows, a reply", bare["reply"], "1/s")
    yield Figure("processor time of bare transactions, a mail", bare["mail_processor"], "ms")
    yield from additions(house)
    empty = dict(empty_view(plan))
    there = 0
    for size in plan.sizes:
        house.run("demo", "--tickets", str(size - there), "-v0")
        there = size
        yield from pages(house, size, plan, empty, bare["reply"])
    yield from clocks(house, there, plan, idle)


def share_of_a_core(pid: int, seconds: float) -> float:
    """How many per cent of one core a program uses, over so long."""
    before, began = processor(pid), time.monotonic()
    time.sleep(seconds)
    return (processor(pid) - before) * 100 / (time.monotonic() - began)


def clocks(house: House, count: int, plan: Plan, idle: float) -> Iterator[Figure]:
    """What it costs the worker to watch as many running clocks as there are tickets."""
    running = int(house.python("-m", "bench.clocks", str(count)))
    with house.running("worker") as programs:
        until = time.monotonic() + LONGEST
        # What happened while no worker ran is worked off first.
        while share_of_a_core(programs["worker"], SETTLING) > idle + ADRIFT and time.monotonic() < until:
            pass
        used = share_of_a_core(programs["worker"], plan.watch)
    yield Figure(f"processor of worker, {running} clocks run", used, "%", idle, WATCHING_AIM)


def additions(house: House) -> Iterator[Figure]:
    rates = json.loads(house.python("-m", "bench.hours"))
    million = {name: rate / 1e6 for name, rate in rates.items()}
    yield Figure("working time added, in whole microseconds", million["add"], "M/s", million["plain"], ADDITIONS_AIM)
    yield Figure("working time added, to a datetime", million["due"], "M/s", million["plain"])


def mails(house: House, plan: Plan, programs: dict[str, int]) -> Iterator[Figure]:
    """SMTP to committed ticket, by one worker that is at work all the while."""
    before = house.count("tickets_message")
    began = time.monotonic()
    used = {name: processor(programs[name]) for name in ("intake", "worker")}
    own = time.process_time()
    accepted = asyncio.run(pour(house.intake_port, plan.mails, CONNECTIONS))
    own = time.process_time() - own
    until_done(lambda: not house.count("tickets_rawmessage", "due_at IS NOT NULL"), began)
    read = time.monotonic() - began
    if house.count("tickets_message") != before + plan.mails:
        raise RuntimeError("The mails did not all become messages.")
    costs = {name: processor(programs[name]) - before_all for name, before_all in used.items()}
    until_done(lambda: not any(house.count(table, where) for table, where in FOLLOWING.items()), began)
    followed = time.monotonic() - began
    # The limits are measured when the rows that they imitate are there; the report joins them.
    yield Figure("mails accepted by SMTP", plan.mails / accepted, "1/s")
    yield Figure("mails turned into tickets", plan.mails / read, "1/s", aim=MAILS_AIM)
    yield Figure("mails with all that follows from them", plan.mails / followed, "1/s")
    costs["worker, all that follows"] = processor(programs["worker"]) - used["worker"]
    costs["who pours"] = own
    for name, seconds in costs.items():
        about = f"processor time of {name}, a mail"
        yield Figure(about, seconds * 1000 / plan.mails, "ms", aim=MAIL_AIM if name == "worker" else "")


def until_done(is_done: Callable[[], bool], began: float) -> None:
    while not is_done():
        time.sleep(0.05)
        if time.monotonic() - began > LONGEST:
            raise RuntimeError("The mails were not all worked off in time.")


def memories(programs: dict[str, int], when: str) -> Iterator[Figure]:
    shares = {name: memory(pid) for name, pid in programs.items()}
    for name, (pss, rss) in shares.items():
        yield Figure(f"memory of {name}, {when}: PSS", pss, "MB")
        yield Figure(f"memory of {name}, {when}: RSS", rss, "MB")
    together = shares["web"][0] + shares["worker"][0]
    yield Figure(f"memory of web and worker, {when}: PSS", together, "MB", aim=MEMORY_AIM if when == "idle" else "")


def empty_view(plan: Plan) -> Iterator[tuple[int, float]]:
    """Milliseconds of an empty Django view, median, by how many ask at once."""
    port = free_port()
    program = subprocess.Popen([sys.executable, "-m", "bench.empty", str(port)], cwd=ROOT)
    try:
        wait_for([port])
        for at_once in (1, 8):
            nothing: Request = ("GET", "/", None)
            times = timed(port, {}, [nothing] * plan.requests * 2, at_once)
            yield at_once, percentile(times, 0.5)
    finally:
        program.terminate()
        program.wait(20)


def pages(house: House, size: int, plan: Plan, empty: dict[int, float], replies: float) -> Iterator[Figure]:
    numbers = random.Random(1).choices(range(41, size), k=plan.requests)
    answer: dict[str, object] = {"kind": "reply", "then": "waiting_client", "text": "Готово."}
    ask: dict[str, list[Request]] = {
        "queue page": [("GET", "/desk/queue/open/", None)] * plan.requests,
        "ticket page": [("GET", f"/desk/tickets/{number}/", None) for number in numbers],
        "reply": [("POST", f"/desk/tickets/{number}/messages/", answer) for number in numbers],
    }
    first = {name: ask[name][0][1] for name in QUERIES_AIM}
    counts = json.loads(house.python("-m", "bench.queries", WORKS_AS, *first.values()))
    with house.running("web") as programs:
        browser = Browser(house.port)
        browser.sign_in(house.run("staff", "link", WORKS_AS).strip())
        for name, path in first.items():
            about, (_status, content) = f"{name}, {size} tickets", browser.ask("GET", path)
            yield Figure(f"{about}: compressed", len(content) / 1000, "kB", aim=KILOBYTES_AIM)
            yield Figure(f"{about}: queries", counts[path], "", aim=QUERIES_AIM[name])
        for at_once in (1, 8):
            for name, requests in ask.items():
                timed(house.port, browser.cookies, requests[:8], at_once)
                used = processor(programs["web"])
                times = timed(house.port, browser.cookies, requests, at_once)
                used = (processor(programs["web"]) - used) * 1000 / len(requests)
                limit = empty[at_once] + (1000 * at_once / replies if name == "reply" else 0)
                about = f"{name}, {size} tickets, {at_once} at once"
                aim = PAGES_AIM if at_once == 1 and name != "reply" else ""
                yield Figure(f"{about}: p50", percentile(times, 0.5), "ms", limit)
                yield Figure(f"{about}: p95", percentile(times, 0.95), "ms", limit, aim)
                yield Figure(f"{about}: processor", used, "ms")


def joined(figures: list[Figure]) -> list[Figure]:
    """With the limits of the mails, which are known only after them."""
    found = {figure.name: figure.value for figure in figures}
    limits = {
        "mails accepted by SMTP": "bare transactions of the same rows, a mail",
        "mails turned into tickets": "bare transactions of the same rows, a mail",
        "processor time of worker, a mail": "processor time of bare transactions, a mail",
    }
    return [replace(one, limit=found.get(limits[one.name])) if one.name in limits else one for one in figures]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", default="postgresql://", help="where PostgreSQL answers; else on the local socket")
    parser.add_argument("--quick", action="store_true", help="a minute instead of ten: 1 000 tickets, 300 mails")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args(words)
    house = House(options.server if options.store == "postgresql" else "")
    figures = []
    try:
        for figure in measure(house, QUICK if options.quick else FULL):
            print(line(figure), file=sys.stderr, flush=True)
            figures.append(figure)
    finally:
        house.close()
    figures = joined(figures)
    print("\n".join([f"\n{options.store}, {os.cpu_count()} cores, Python {platform.python_version()}", HEADING]))
    print("\n".join(map(line, figures)))
    if options.json:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"store": options.store, "cores": os.cpu_count(), "python": platform.python_version(), "at": at}
        options.json.write_text(json.dumps({**about, "figures": [one.as_json() for one in figures]}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
