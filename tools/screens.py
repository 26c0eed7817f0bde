"""Makes the pictures of docs/screens anew: the demo company in a throw-away installation, looked at in Chromium.

    bin/screens             every picture
    bin/screens home queue  only those whose names begin so

A picture is named after its page, width and look: ticket-1440-light.png.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.house import House

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WORKS_AS = "vera@demo.example"  # an administrator of the demo company
HEIGHTS = {1440: 900, 390: 844}  # pixels, by width
WIDE_LIGHT = ((1440, "light"),)
ALL = ((1440, "light"), (1440, "dark"), (390, "light"))


@dataclass(frozen=True)
class Screen:
    """One page: where it is, and in which widths and looks it is kept. `opens` is what is pressed first."""

    name: str
    path: str
    looks: tuple[tuple[int, str], ...] = WIDE_LIGHT
    opens: str = ""


SCREENS_KEPT = (
    Screen("home", "/desk/", ALL),
    Screen("team", "/desk/?of=team"),
    Screen("queue", "/desk/queue/open/", ALL),
    Screen("ticket", "/desk/queue/open/", ALL, opens=".row__link"),
    Screen("search", "/desk/search/"),
    Screen("palette", "/desk/queue/open/", opens="[data-palette-open]"),
    Screen("clients", "/desk/clients/"),
    Screen("people", "/desk/people/"),
    Screen("notices", "/desk/notices/"),
    Screen("outbox", "/desk/outbox/"),
    Screen("canned", "/desk/canned/"),
    Screen("macros", "/desk/macros/"),
    Screen("knowledge", "/desk/knowledge/"),
    Screen("recurring", "/desk/recurring/"),
    Screen("surveys", "/desk/surveys/1/"),
    Screen("chat", "/help/chat/chat/preview/"),
    Screen("settings", "/desk/settings/"),
    Screen("mailboxes", "/desk/settings/mailboxes/"),
    Screen("policies", "/desk/settings/agreements/"),
    Screen("calendars", "/desk/settings/calendars/"),
    Screen("rules", "/desk/settings/rules/"),
    Screen("routes", "/desk/settings/routes/"),
    Screen("presets", "/desk/settings/examples/"),
    Screen("webhooks", "/desk/settings/webhooks/"),
    Screen("health", "/desk/settings/health/"),
    Screen("design", "/desk/design/"),
)


def main(names: list[str]) -> None:
    chosen = [one for one in SCREENS_KEPT if not names or one.name.startswith(tuple(names))]
    house = House()
    try:
        house.run("prepare")
        with house.running("web", "worker"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for each in chosen:
                for made in pictures(browser, house, each):
                    print(made, flush=True)
            browser.close()
    finally:
        house.close()


def pictures(browser: Browser, house: House, screen: Screen) -> Iterator[str]:
    for width, look in screen.looks:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if look == "dark" else "light",
            reduced_motion="reduce",
            locale="ru",
        )
        page = context.new_page()
        show(page, house, screen)
        name = f"{screen.name}-{width}-{look}.png"
        page.screenshot(path=SCREENS / name)
        context.close()
        yield name


def show(page: Page, house: House, screen: Screen) -> None:
    page.goto(house.run("staff", "link", WORKS_AS).strip())
    page.locator("main button, form button").first.click()
    page.wait_for_url("**/desk/**")
    answer = page.goto(f"http://127.0.0.1:{house.port}{screen.path}")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{screen.path} did not come.")
    if screen.opens:
        page.locator(screen.opens).first.click()
    # The page holds a stream open, so the network never rests; fonts and parts are there a moment after it loaded.
    page.wait_for_load_state("load")
    page.wait_for_timeout(800)


if __name__ == "__main__":
    main(sys.argv[1:])
