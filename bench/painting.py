"""How soon the desk shows what came of a key or a press, in headless Chromium: `python -m bench.painting`.

Within a page, from the event to the second frame after it, when what it changed is painted. Where a press leads to
another page, until that one has painted its first content. The limit is a key that does nothing.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from .figures import HEADING, Figure, line, percentile
from .house import House

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WORKS_AS = "vera@demo.example"  # an administrator of the demo company
QUEUE, TICKET = "/desk/queue/open/", "ticket"  # the first one of the queue
AIM = "≤ 100"
LISTEN = """for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, (event) => {
    const frame = () => new Promise(requestAnimationFrame);
    window.painted = frame().then(frame).then(() => performance.now() - event.timeStamp);
    sessionStorage.setItem("bench.began", performance.timeOrigin + event.timeStamp);
}, { capture: true });"""
ARRIVED = """async () => {
    const first = () => performance.getEntriesByName("first-contentful-paint")[0];
    while (!first()) await new Promise(requestAnimationFrame);
    return performance.timeOrigin + first().startTime - Number(sessionStorage.getItem("bench.began"));
}"""


@dataclass(frozen=True)
class Deed:
    """What is done on a page, and what puts it back; or `leads` to another one."""

    name: str
    path: str
    do: Callable[[Page], None]
    undo: Callable[[Page], None] | None = None
    leads: bool = False


def key(name: str) -> Callable[[Page], None]:
    return lambda page: page.keyboard.press(name)


def click(what: str) -> Callable[[Page], None]:
    return lambda page: page.locator(what).first.click()


DEEDS = (
    Deed("the next row (j)", QUEUE, key("KeyJ")),
    Deed("the row before (k)", QUEUE, key("KeyK"), key("KeyJ")),
    Deed("tick a row", QUEUE, click(".row__pick input")),
    Deed("tick all rows", QUEUE, click(".queue__all")),
    Deed("open one's own menu", QUEUE, click(".nav__me"), key("Escape")),
    Deed("open the palette", QUEUE, key("Control+KeyK"), key("Escape")),
    Deed("show the keys (?)", QUEUE, key("Shift+Slash"), key("Escape")),
    Deed("write an answer (r)", TICKET, key("KeyR"), key("Escape")),
    Deed("write a note (n)", TICKET, key("KeyN"), key("Escape")),
    Deed("change to a note by its tab", TICKET, click("#tab-note"), click("#tab-reply")),
    Deed("open a ticket, to its first content", QUEUE, click(".row__link"), leads=True),
    Deed("the next ticket (j), to its first content", TICKET, key("KeyJ"), leads=True),
)


def measure(house: House, tickets: int, rounds: int) -> Iterator[Figure]:
    house.run("prepare")
    house.run("demo", "--tickets", str(tickets), "-v0")
    with house.running("web"), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="ru")
        page.add_init_script(LISTEN)
        page.goto(house.run("staff", "link", WORKS_AS).strip())
        page.locator("main button, form button").first.click()
        page.wait_for_url("**/desk/**")
        nothing = percentile(list(times(page, house, Deed("nothing", QUEUE, key("KeyQ")), rounds)), 0.5)
        yield Figure("a key that does nothing: p50", nothing, "ms")
        for deed in DEEDS:
            taken = list(times(page, house, deed, rounds))
            yield Figure(f"{deed.name}: p50", percentile(taken, 0.5), "ms", nothing)
            yield Figure(f"{deed.name}: p95", percentile(taken, 0.95), "ms", nothing, "" if deed.leads else AIM)
        browser.close()


def times(page: Page, house: House, deed: Deed, rounds: int) -> Iterator[float]:
    """Milliseconds of each round; the first one, which fetches and compiles scripts, is not counted."""
    go(page, house, deed.path)
    for number in range(rounds + 1):
        if number and deed.leads:
            go(page, house, deed.path)
        before = page.url
        deed.do(page)
        if deed.leads:
            page.wait_for_url(other_than(before))
        taken = page.evaluate(ARRIVED if deed.leads else "window.painted")
        if number:
            yield float(taken)
        if deed.undo:
            deed.undo(page)


def other_than(address: str) -> Callable[[str], bool]:
    return lambda url: url != address


def go(page: Page, house: House, path: str) -> None:
    page.goto(f"http://127.0.0.1:{house.port}{QUEUE}", wait_until="load")
    if path == TICKET:
        page.goto(page.locator(".row__link").first.evaluate("link => link.href"), wait_until="load")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.painting", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000, help="how many there are (%(default)s)")
    parser.add_argument("--rounds", type=int, default=20, help="how often each is done (%(default)s)")
    options = parser.parse_args()
    house = House()
    print(f"{options.tickets} tickets\n{HEADING}")
    try:
        for figure in measure(house, options.tickets, options.rounds):
            print(line(figure), flush=True)
    finally:
        house.close()


if __name__ == "__main__":
    main()
