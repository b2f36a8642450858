"""The panels of mobility: who may move, what new homes set free, relets."""

import os

import altair as alt
import pandas as pd
import streamlit as st

from views.jobs import mobility as job
from views.jobs import relets
from views.jobs.indicators import names
from views.parts.mobility import words
from views.shared import cache, charts, html
from views.shared.codes import word
from views.shared.i18n import _
from views.shared.numbers import day, number, percent

TABLES = ("households", "dwellings", "residences", "sectors", "communes")


def tenants() -> job.Tenants:
    """The stock and its tenants, judged once while the store does not change."""
    return _tenants(os.environ.get("ILOT_STORE"), cache.versions(*TABLES))


@st.cache_resource(max_entries=2, show_spinner=False)
def _tenants(url: str | None, versions: tuple[str, ...]) -> job.Tenants:
    return job.read(cache.store())


def who(people: job.Tenants) -> None:
    """Say who may move and why, by area and public, as it may be told."""
    bar = st.container(horizontal=True, vertical_alignment="center")
    levels = {"sector": _("Sector"), "agency": _("Agency"), "stock": _("Whole stock")}
    by = bar.segmented_control(
        _("By"), list(levels), default="sector", required=True, format_func=levels.get, key="mobility-by"
    )
    public = bar.segmented_control(
        _("Public"),
        list(words.PUBLICS),
        default="all",
        required=True,
        format_func=lambda code: word(words.PUBLICS, code),
        key="mobility-public",
    )
    table = job.told(people, by).xs(public, level="public")
    named = names(cache.store(), by)
    heads = ["", _("Households"), *(_(label) for label in words.CASES.values())]
    rows = []
    for area, row in table.iterrows():
        name = _("Whole stock") if named is None else str(named.get(area, area))
        if row["hidden"]:
            rows.append((name, (_("not shown"),) * (len(words.CASES) + 1)))
        else:
            rows.append((name, tuple(_few(row[column]) for column in ("households", *words.CASES))))
    html.grid(heads, rows)
    st.caption(
        _(
            "Cases of CCH L442-5-2 that the register can tell (incomes are not kept); rounded to 5, "
            "and not told under 11 households. Two norms stand side by side: “over-occupied” is the least area "
            "of L822-10 for the persons, “overcrowded” the rooms that INSEE counts for the household. "
            "Under-occupied: L621-2; enforceable: L442-3-1, exemptions taken out."
        )
    )


def offers(people: job.Tenants) -> None:
    """Say to how many enforceable households a vacant home could be offered today."""
    told = job.offers(people)
    html.figures(
        [
            (_few(told["enforceable"]), _("enforceable households"), _("CCH L442-3-1, exemptions taken out")),
            (
                _few(told["with_an_offer"]),
                _("with a lawful offer today"),
                _("vacant, meets the need, lower rent, within 5 km"),
            ),
        ]
    )


def freed(people: job.Tenants) -> None:
    """Ask for a mix and a place, and say what it sets free; rank other mixes of the same size."""
    homes = people.residences[people.residences.geometry.notna()].sort_values("name")
    line = st.columns([2, 1, 1, 1, 1], vertical_alignment="bottom")
    place = line[0].selectbox(
        _("Near the residence"), homes.index, format_func=homes["name"].get, key="mobility-place"
    )
    counts = {
        kind: int(
            line[rank].number_input(_("New {type}").format(type=kind), 0, 60, start, key=f"mobility-{kind}")
        )
        for rank, (kind, start) in enumerate((("T1", 0), ("T2", 12), ("T3", 0), ("T4", 0)), start=1)
    }
    mix = {kind: count for kind, count in counts.items() if count}
    if not mix:
        st.info(_("Say how many homes of which type."))
        return
    point = homes.geometry[place]
    told = job.freed(people, mix, point.x, point.y)
    gone = ", ".join(f"{n} {kind}" for kind, n in told["freed"].items() if n)
    st.subheader(
        _("{new} accessible homes ({mix}) here free {freed} within {radius} m.").format(
            new=told["new"],
            mix=", ".join(f"{n} {kind}" for kind, n in mix.items()),
            freed=gone or _("nothing"),
            radius=number(people.rules.radius_m),
        ),
        anchor=False,
    )
    housed = told["housed"]
    html.figures(
        [
            (
                number(told["moves"], 1),
                _("moves expected"),
                _("{n} a new home").format(n=number(told["moves_per_home"], 2)),
            ),
            (
                _few(housed["over_occupied"]),
                _("overcrowded families housed"),
                _("if every vacancy went to own tenants"),
            ),
            (
                _few(housed["under_occupied"]),
                _("who leave a large home"),
                _("if every vacancy went to own tenants"),
            ),
            (number(told["left"]), _("homes left at the ends of chains"), _("for applicants from outside")),
        ]
    )
    with st.expander(_("Which mix frees most here?")):
        table = job.mixes(people, sum(mix.values()), point.x, point.y)
        html.grid(
            [_("Mix"), _("Moves expected"), _("T4 freed"), _("T5 freed"), _("Overcrowded families housed")],
            [
                (
                    str(name),
                    (
                        number(row["moves"], 1),
                        number(row["freed_T4"]),
                        number(row["freed_T5"]),
                        _few(row["housed_over"]),
                    ),
                )
                for name, row in table.iterrows()
            ],
            strong=(0,),
        )


def _few(count: float | None) -> str:
    """A count of households as told; under the least number, that."""
    return _("fewer than 11") if count is None or pd.isna(count) else number(count)


def relet_section() -> None:
    """The relets: who is late, what each stage costs, what allocation beside works would spare."""
    told = _relets(os.environ.get("ILOT_STORE"), cache.versions("turnovers", "dwellings", "residences"))
    if told is None:
        st.info(_("No relet in the store: import `turnovers` first."))
        return
    late = int((told.board["late_days"] > 0).sum())
    html.figures(
        [
            (number(len(told.board)), _("relets under way"), _("on {day}").format(day=day(told.on))),
            (number(late), _("overdue in their stage"), _("longer than nine in ten of their class")),
            (
                number(told.overlap.loc["gain", "rent_lost_eur"] / 1000),
                _("k€ of rent a year spared by allocating during works"),
                _("vacancy {a} then {b}").format(
                    a=percent(told.overlap.loc["before", "vacancy"], 2),
                    b=percent(told.overlap.loc["after", "vacancy"], 2),
                ),
            ),
            (
                number(told.thirty.loc["gain", "rent_lost_eur"] / 1000),
                _("k€ of rent a year for 30 days less"),
                _("{n} dwelling-years").format(n=number(told.thirty.loc["gain", "dwelling_years"], 1)),
            ),
        ]
    )
    html.section(_("Milestones, the most overdue first"))
    board = told.board
    st.dataframe(
        pd.DataFrame(
            {
                _("Residence"): board["residence"],
                _("Waiting for"): board["stage"].map(lambda code: word(words.STAGES, code)),
                _("Works"): board["works_class"].map(lambda code: word(words.CLASSES, code)),
                _("Days"): board["days"],
                _("Usual days"): board["usual_days"].round().astype("Int64"),
                _("Days late"): board["late_days"].round().astype("Int64"),
                _("Rent lost, €"): board["rent_lost_eur"].round().astype("Int64"),
            }
        ),
        hide_index=True,
        height=300,
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        html.section(_("What each stage costs in a year"))
        html.grid(
            [_("Stage"), _("Mean days"), _("€ a day"), _("k€ a year")],
            [
                (
                    word(words.STAGES, stage),
                    (number(row["mean_days"], 1), number(row["eur_a_day"], 1), number(row["eur"] / 1000)),
                )
                for stage, row in told.costs.iterrows()
            ],
        )
    with right:
        _still_empty(told)
    st.caption(_("Open cases count as long as they lasted. What the register does not tell stays unknown."))


def _still_empty(told: relets.Relets) -> None:
    """Draw the curves by works class, trade or sector."""
    kinds = {"class": _("Works"), "trade": _("Trade"), "sector": _("Sector")}
    html.section(_("Homes still empty, by"))
    kind = st.segmented_control(
        _("Homes still empty, by"), list(kinds), default="class", required=True, format_func=kinds.get,
        key="relets-by", label_visibility="collapsed",
    )  # fmt: skip
    if kind == "sector":
        sectors = cache.read("sectors", geometry=False)["name"]
        charts.show(_curves(told.by_sector, lambda code: sectors.get(code, code)))
    elif kind == "trade" and not told.trades_told:
        st.info(_("The register tells no trade: give the column `trade` in `turnovers`."))
    elif kind == "trade":
        charts.show(_curves(told.by_trade, lambda code: word(words.TRADES, code)))
    else:
        charts.show(_curves(told.curves, lambda code: word(words.CLASSES, code)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _relets(url: str | None, versions: tuple[str, ...]) -> relets.Relets | None:
    return relets.read(cache.store())


def _curves(curves: pd.DataFrame, named) -> alt.Chart:
    """Draw the share of homes still empty after so many days."""
    table = curves[["days", "survival"]].reset_index(names="group").astype({"days": float, "survival": float})
    table["group"] = table["group"].map(named)
    return (
        alt.Chart(table)
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X(
                "days:Q", title=_("Days since the keys came back"), scale=alt.Scale(domainMax=500, clamp=True)
            ),
            y=alt.Y("survival:Q", title=_("Still empty"), axis=alt.Axis(format="%")),
            color=alt.Color("group:N", title=None, legend=alt.Legend(orient="top", columns=4)),
            tooltip=["group:N", "days:Q", alt.Tooltip("survival:Q", format=".0%")],
        )
        .properties(height=300)
    )
