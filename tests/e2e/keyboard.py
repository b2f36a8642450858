"""A visit that has a keyboard and no pointer: what Tab reaches is pressed, gone along by arrows, and kept in focus."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from tests.e2e.conftest import Visit

MAP = "iframe[title*=folium]"
IN_FOCUS = """all => all.some((one) => {
  const focus = one.ownerDocument.activeElement;
  return one === focus && one.ownerDocument.hasFocus();
})"""
NO_DIALOG = (
    "delete window.showSaveFilePicker; delete window.showOpenFilePicker"  # of the system: none in a test
)
STILL = "() => !document.querySelector('[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSpinner]')"
SENT_MS = 200  # what a key takes to reach the server
STOPS = 160  # more than any page has


@dataclass
class Keys:
    """A visit that has a keyboard and no pointer."""

    visit: "Visit"

    @property
    def page(self) -> Page:
        return self.visit.page

    def go(self, path: str) -> None:
        self.page.goto(self.visit.address + path)
        expect(self.page.locator("h1")).to_be_visible()

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def reach(self, wanted: Locator, way: str = "Tab") -> None:
        """Press Tab until something is in focus, in the page or in its map."""
        expect(wanted.first).to_be_attached()
        for _stop in range(STOPS):
            self.press(way)
            if wanted.evaluate_all(IN_FOCUS):
                return
        raise AssertionError(f"{wanted} was not reached by {way}")

    def push(self, wanted: Locator, key: str = "Enter", way: str = "Tab") -> None:
        """Reach a button and press it."""
        self.reach(wanted, way)
        self.press(key)

    def choose(self, option: Locator, way: str = "Tab") -> None:
        """Reach a row of choices, which is one stop, go along it by arrows, and choose one."""
        row = option.locator("xpath=ancestor::*[@role='radiogroup'][1]").get_by_role("radio")
        self.reach(row, way)
        for _choice in range(row.count()):
            if option.evaluate_all(IN_FOCUS):
                break
            self.press("ArrowRight")
        self.press("Space")
        expect(option).to_have_attribute("aria-checked", "true")

    def write(self, field: Locator, text: str, way: str = "Tab") -> None:
        """Reach a field and write over what it holds; it counts at Enter, and the field keeps the focus."""
        self.reach(field, way)
        self.press("Control+a")
        self.page.keyboard.type(text)
        self.press("Enter")
        self.stays(field)

    def pick(self, choice: Locator, way: str = "Tab") -> None:
        """Reach a list of choices and take the one after the one it holds."""
        held = choice.input_value()
        self.reach(choice, way)
        self.press("ArrowDown", "ArrowDown", "Enter")
        expect(choice).not_to_have_value(held)
        self.stays(choice)

    def stays(self, wanted: Locator) -> None:
        """Wait until the page stands still; hold that what was in focus is in focus still."""
        self.page.wait_for_timeout(SENT_MS)
        self.page.wait_for_function(STILL)
        assert wanted.evaluate_all(IN_FOCUS), f"{wanted} lost the focus"

    def taken(self, wanted: Locator) -> bytes:
        """Reach a button that gives a file; return the file."""
        self.reach(wanted)
        with self.page.expect_download() as download:
            self.press("Enter")
        return download.value.path().read_bytes()

    def button(self, words: str | re.Pattern) -> Locator:
        return self.page.get_by_role("button", name=words)

    def on_map(self, selector: str) -> Locator:
        return self.page.frame_locator(MAP).first.locator(selector)
