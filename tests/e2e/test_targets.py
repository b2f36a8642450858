"""Every page for a finger and for a reader who enlarges: targets of 44 px, 320 px of width, text set wider apart."""

import pytest
from playwright.sync_api import Page, expect

from tests.serving import PATIENCE_MS

pytestmark = pytest.mark.browser

STILL = """() => getComputedStyle(document.documentElement).getPropertyValue("--ilot-rule")
  && !document.querySelector("[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSpinner]")
  && document.querySelector("[data-testid=stMain]").innerText.length > 200"""
LEAST_PX, SETTLED_MS = 44, 400
# not measured, and why
EXCEPT = {
    "[data-testid=stSkipToContent]": "comes into sight for the keyboard alone",
    "[data-testid=stDataFrame] canvas, [data-testid=stDataFrame] table": "the cells of Streamlit's own grid",
    "[data-testid=stDataFrame] [role=listbox] *": "the menus of Streamlit's own grid",
    ".ilot-dot": "the map's script hears a fingertip within 24 px (test_touch); search and table open the same card",
    "svg.marks *": "marks of a chart, which `Show data` gives as a table",
}
# what can be touched and is smaller than asked; a box to tick counts with its words, a handle with its rail
SMALL = """([least, except]) => {
  const all = "button, a[href], input, select, textarea, summary, " +
    ["button", "radio", "tab", "slider", "checkbox", "switch", "combobox", "option"]
      .map((role) => `[role=${role}]`).join();
  const held = (one) => one.matches("[type=range]") ? one.closest("[data-orientation]") || one
    : one.matches("[type=checkbox], [role=switch]") ? one.closest("label") || one : one;
  return [...document.querySelectorAll(all)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(except))
    .map((one) => [one, held(one).getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height > 0 && Math.min(box.width, box.height) < least - 0.5)
    .map(([one, box]) => `${one.getAttribute("aria-label") || one.innerText || one.outerHTML.slice(0, 80)}: `
      + `${Math.round(box.width)} × ${Math.round(box.height)}`);
}"""
SIDEWAYS = """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
  .some((one) => one.scrollWidth > one.clientWidth + 1)"""
# WCAG 1.4.12: what is cut that was not, once lines, words, letters and paragraphs stand wider apart
CUT = """() => {
  const cut = () => new Set([...document.querySelectorAll("[data-testid=stMain] *")].filter((one) => {
    const style = getComputedStyle(one);
    return one.innerText && /hidden|clip/.test(style.overflowX + style.overflowY)
      && !one.closest("[data-testid=stDataFrame], svg, [role=img]")
      && (one.scrollHeight > one.clientHeight + 3 || one.scrollWidth > one.clientWidth + 3)
      && one.clientHeight > 1;
  }));
  const before = cut();
  const wide = document.head.appendChild(document.createElement("style"));
  wide.textContent = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
    + "word-spacing: 0.16em !important } p:not(button p, label p, a p, summary p) { margin-bottom: 2em !important }";
  const found = [...cut()].filter((one) => !before.has(one)).map((one) => `cut: ${one.innerText.slice(0, 60)}`);
  wide.remove();
  return found;
}"""
PAGES = {
    "stock": ["/?figure=months", "/?figure=complaints&in-agency_id=A1&level=sector", "/?residence=R060"],
    "service": ["/sectors?level=sector&area=S02", "/complaints", "/mobility", "/exchanges"],
    "land": [
        "/sites?parcel={site}",
        "/site?parcel={site}&form=small_collective",
        "/territories",
        "/programme",
    ],
    "data": ["/data"],
}


def small(page: Page) -> list[str]:
    """Return what is too small for a finger, on the page, in its maps, in each panel that a button opens."""
    asked = [LEAST_PX, ", ".join(EXCEPT)]
    found = [told for frame in page.frames for told in frame.evaluate(SMALL, asked)]
    for opener in page.locator("[data-testid=stPopover] button[aria-expanded=false]:not(:disabled)").all():
        opener.tap()
        expect(page.locator("[data-testid=stPopoverBody]")).to_be_visible()
        found += page.evaluate(SMALL, asked)
        page.keyboard.press("Escape")
        expect(page.locator("[data-testid=stPopoverBody]")).to_have_count(0)
    return found


@pytest.mark.parametrize("walk", PAGES)
def test_page_is_fit_for_a_finger_reads_in_320_pixels_and_bears_wider_text(browser, address, town, walk):
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    found = {}
    for path in PAGES[walk]:
        page.set_viewport_size({"width": 1024, "height": 768})
        page.goto(address + path.format(site=town.best_site))
        expect(page.locator("h1")).to_be_visible(timeout=PATIENCE_MS)
        page.wait_for_function(STILL)
        told = small(page) + page.evaluate(CUT)
        page.set_viewport_size({"width": 320, "height": 640})
        page.wait_for_timeout(SETTLED_MS)
        if page.evaluate(SIDEWAYS):
            told.append("sideways scroll at 320 px")
        found |= {path: told} if told else {}
    context.close()
    assert found == {}, found
