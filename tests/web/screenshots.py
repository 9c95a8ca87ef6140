"""Pictures of the page for the README, of our own samples only: ``python tests/web/screenshots.py FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from serving import NO_BROWSER, chromium, running

from analyzer.web import create_app

SHOTS = (
    # name, address, width, height, theme, what to do first
    ("verdict", "/?sample=tidewater", 1280, 900, "light", None),
    ("sentences", "/?sample=tidewater", 1200, 860, "dark", "sentence"),
    ("split", "/?sample=tidewater", 1280, 900, "light", "split"),
    ("phone", "/?sample=fernhill", 390, 844, "light", "tap"),
)
"""The four pictures."""


def main(folder: Path, app: object | None = None) -> None:
    """Write the four pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with running(app or create_app()) as url, chromium() as browser:
        if browser is None:
            sys.exit(NO_BROWSER)
        for name, address, width, height, theme, first in SHOTS:
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce",
                device_scale_factor=1,
            )  # fmt: skip
            page.goto(url + address)
            if first == "sentence":
                page.locator(".columns").scroll_into_view_if_needed()
                page.evaluate("document.querySelector('.columns').scrollIntoView()")
                page.locator(".s.product_marketing_manager").first.click()
            elif first == "split":
                page.evaluate("document.querySelector('.split').scrollIntoView()")
            elif first == "tap":
                page.evaluate("document.querySelector('.paper').scrollIntoView()")
                page.locator(".s.product_marketing_manager").first.click()
            page.screenshot(path=folder / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
