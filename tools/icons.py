"""Draws the icons of the installed desk from otklik/static/icon.svg, in Chromium.

    PYTHONPATH=. .venv/bin/python tools/icons.py

A maskable icon is cut to any shape by the system: it is filled to the edges, with the mark in the middle.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "otklik" / "static"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRAWN = {"192": (192, 192), "512": (512, 512), "maskable": (512, 420)}  # pixels: of the picture, and of the mark


def main() -> None:
    mark = (STATIC / "icon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (size, inner) in DRAWN.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            ground = "transparent" if inner == size else "#2a5fc0"
            look = f"margin:0;height:100vh;display:grid;place-content:center;background:{ground}"
            page.set_content(f'<body style="{look}">{mark.replace("<svg ", f"<svg width={inner} ", 1)}')
            page.screenshot(path=STATIC / "icons" / f"{name}.png", omit_background=True)


if __name__ == "__main__":
    main()
