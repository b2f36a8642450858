"""A finger, two fingers and a pen on a page, as a tablet's browser hears them."""

from dataclasses import dataclass
from functools import cached_property

from playwright.sync_api import CDPSession, Locator, Page

from tests.serving import PATIENCE_MS

MAP = "iframe[title*=folium]"
STEPS, STEP_MS, TAP_MS = 8, 16, 120
Point = tuple[float, float]


@dataclass
class Touch:
    """A page that has fingers and a pen, and no mouse and no keyboard."""

    page: Page

    @cached_property
    def _wire(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def _fingers(self, kind: str, *at: Point) -> None:
        points = [{"x": x, "y": y, "id": rank} for rank, (x, y) in enumerate(at)]
        self._wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def _pen(self, kind: str, at: Point) -> None:
        pressed = {
            "button": "left",
            "buttons": int(kind != "mouseReleased"),
            "clickCount": 1,
            "pointerType": "pen",
        }
        self._wire.send("Input.dispatchMouseEvent", {"type": kind, "x": at[0], "y": at[1], **pressed})

    def drag(self, *way: Point) -> None:
        """Put a finger down at the first place, go through the others, lift it."""
        self._fingers("touchStart", way[0])
        for at in along(way):
            self._fingers("touchMove", at)
            self.page.wait_for_timeout(STEP_MS)
        self._fingers("touchEnd")

    def draw(self, *way: Point) -> None:
        """The same with a pen."""
        self._pen("mousePressed", way[0])
        for at in along(way):
            self._pen("mouseMoved", at)
        self._pen("mouseReleased", way[-1])

    def spread(self, centre: Point, start_px: float, end_px: float) -> None:
        """Put two fingers down around a place and draw them apart."""
        (x, y) = centre
        for step in range(STEPS + 1):
            reach = start_px + (end_px - start_px) * step / STEPS
            self._fingers("touchMove" if step else "touchStart", (x - reach, y), (x + reach, y))
            self.page.wait_for_timeout(STEP_MS)
        self._fingers("touchEnd")

    def tap(self, wanted: Locator) -> None:
        """Touch the middle of something, brought into sight."""
        wanted.tap()

    def tap_at(self, at: Point) -> None:
        """Touch a place, at the pace of a hand."""
        self.page.touchscreen.tap(*at)
        self.page.wait_for_timeout(TAP_MS)

    def on_map(self, x_share: float, y_share: float) -> Point:
        """A place of the page that lies on its map, by shares of the map's size."""
        box = self.page.locator(MAP).first.bounding_box()
        return box["x"] + x_share * box["width"], box["y"] + y_share * box["height"]

    def beside(self, wanted: Locator, dx: float = 0, dy: float = 0) -> Point:
        """The middle of something, and so many pixels from it."""
        box = wanted.bounding_box()
        return box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy

    def map_of(self, ready: str = "[data-drawn]"):
        """The frame of the map once it is drawn."""
        self.page.frame_locator(MAP).first.locator(f"#map_div{ready}").wait_for(timeout=PATIENCE_MS)
        return self.page.query_selector(MAP).content_frame()


def along(way: tuple[Point, ...]):
    """Yield the places of a way, in steps as a hand makes them."""
    for (x, y), (to_x, to_y) in zip(way, way[1:], strict=False):
        for step in range(1, STEPS + 1):
            yield x + (to_x - x) * step / STEPS, y + (to_y - y) * step / STEPS
