"""The funnel: each residence's rate against what chance allows around the common one, given its exposure; as SVG."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import poisson

from views.jobs.ranking import common_rate, counts_of
from views.parts.cards import frames
from views.parts.stock.figures import Figure
from views.shared import palette
from views.shared.i18n import _
from views.shared.numbers import number
from views.shared.text import safe_text

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 12, 44
LEVELS = {"limit": 0.95, "alarm": 0.998}
STEPS = 120


@dataclass(frozen=True, slots=True)
class Funnel:
    """Points (exposure, rate, whether ours, standing), limits by exposure, the common rate, and the axes' ends."""

    points: pd.DataFrame
    limits: pd.DataFrame
    common: float
    most_exposure: float
    most_rate: float


def funnel(figure: Figure, ours: pd.Index) -> Funnel | None:
    """
    Return the funnel of a figure counted over an exposure; None where it has none.

    The limits hold 95 % and 99.8 % of what a residence at the common rate of the stock shows (Poisson);
    Spiegelhalter (2005).
    """
    found = frames.ranked(figure)
    found = found[found["standing"].notna() & (found["weight"] > 0)]
    if found.empty:
        return None
    per = counts_of(figure.column)[2]
    common = common_rate(frames.table("residence"), figure.column)
    most = float(found["weight"].max()) * 1.04
    exposure = np.linspace(max(most / STEPS, 1), most, STEPS)
    limits = pd.DataFrame({"exposure": exposure})
    for name, level in LEVELS.items():
        tail, mean = (1 - level) / 2, exposure * common / per
        limits[f"{name}_low"] = poisson.ppf(tail, mean) / exposure * per
        limits[f"{name}_high"] = poisson.ppf(1 - tail, mean) / exposure * per
    points = pd.DataFrame(
        {
            "exposure": found["weight"].astype(float),
            "rate": found["value"].astype(float),
            "ours": found.index.isin(ours),
            "standing": found["standing"],
        }
    )
    top = min(limits["alarm_high"].iloc[min(6, STEPS - 1)], points["rate"].max() * 1.6)
    return Funnel(points, limits, common, most, max(float(points["rate"].max()) * 1.06, float(top)))


def svg(drawn: Funnel, figure: Figure, theme: str) -> str:
    """Return the funnel as an image."""
    ink, ours = palette.GROUND[theme]["ink"], "#2b8a8f" if theme == "light" else "#5fbfb3"
    lines = {"limit": "5 4", "alarm": ""}
    body = [_axes(drawn, figure, ink)]
    for name, dash in lines.items():
        for side in ("low", "high"):
            path = " ".join(
                f"{'M' if rank == 0 else 'L'}{_x(drawn, x):.1f},{_y(drawn, y):.1f}"
                for rank, (x, y) in enumerate(
                    zip(drawn.limits["exposure"], drawn.limits[f"{name}_{side}"], strict=True)
                )
            )
            body.append(
                f'<path d="{path}" fill="none" stroke="{ink}" stroke-opacity="0.55" stroke-width="1.2" '
                f'stroke-dasharray="{dash}"/>'
            )
    middle = _y(drawn, drawn.common)
    body.append(f'<path d="M{LEFT},{middle:.1f}H{WIDTH - RIGHT}" stroke="{ink}" stroke-opacity="0.7"/>')
    for _key, point in drawn.points.sort_values("ours").iterrows():
        out = point["standing"] in ("alarm_high", "high")
        colour = "#cc5a10" if out and point["ours"] else ours if point["ours"] else ink
        body.append(
            f'<circle cx="{_x(drawn, point["exposure"]):.1f}" cy="{_y(drawn, point["rate"]):.1f}" '
            f'r="{4.6 if point["ours"] else 3}" fill="{colour}" fill-opacity="{0.95 if point["ours"] else 0.3}"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="sans-serif" font-size="12">{"".join(body)}</svg>'
    )


def words(drawn: Funnel) -> str:
    """Say what the funnel shows, for whoever cannot see it."""
    mine = drawn.points[drawn.points["ours"]]
    above = int(mine["standing"].isin(["high", "alarm_high"]).sum())
    below = int(mine["standing"].isin(["low", "alarm_low"]).sum())
    return _(
        "{n} residences here: {above} above the limits of chance, {below} below, around {rate} in the stock."
    ).format(n=number(len(mine)), above=number(above), below=number(below), rate=number(drawn.common, 1))


def _axes(drawn: Funnel, figure: Figure, ink: str) -> str:
    parts = [
        f'<path d="M{LEFT},{TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="{ink}" '
        'stroke-opacity="0.5"/>'
    ]
    for value in ticks(drawn.most_exposure):
        parts.append(
            f'<text x="{_x(drawn, value):.1f}" y="{HEIGHT - BOTTOM + 17}" fill="{ink}" text-anchor="middle">'
            f"{safe_text(number(value))}</text>"
        )
    for value in ticks(drawn.most_rate):
        parts.append(
            f'<text x="{LEFT - 7}" y="{_y(drawn, value) + 4:.1f}" fill="{ink}" text-anchor="end">'
            f"{safe_text(figure.write(value))}</text>"
        )
    label = safe_text(_("Dwelling-years"))
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" fill="{ink}" text-anchor="end">{label}</text>')
    return "".join(parts)


def ticks(most: float) -> list[float]:
    """Return round values from 0, four to six of them, for an axis."""
    step = 10 ** np.floor(np.log10(max(most, 1e-9)))
    step = step / 2 if most / step < 3 else step * 2 if most / step > 6 else step
    return [float(value) for value in np.arange(0, most, step)]


def _x(drawn: Funnel, value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / drawn.most_exposure


def _y(drawn: Funnel, value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value / drawn.most_rate, 1.0)
