"""The adviser's list: proposed exchanges, each step with its reasons and checks; accept, refuse, take back."""

import os

import streamlit as st

from planning.exchanges import Exchanges, Move, key, steps, two_way_greedy
from views.jobs import exchanges as job
from views.parts.exchanges import words
from views.shared import cache, html
from views.shared.codes import word
from views.shared.i18n import _
from views.shared.numbers import metres, number, percent, signed

TABLES = ("households", "dwellings", "residences", "communes")
SHOWN = 12


def case(with_vacant: bool) -> job.ExchangeCase:
    """Who is on file and which homes they would take, read once while the store does not change."""
    return _case(os.environ.get("ILOT_STORE"), cache.versions(*TABLES), with_vacant)


@st.cache_resource(max_entries=4, show_spinner=False)
def _case(url: str | None, versions: tuple[str, ...], with_vacant: bool) -> job.ExchangeCase:
    return job.read_case(cache.store(), with_vacant=with_vacant)


def found(with_vacant: bool, longest: int, seconds: float) -> Exchanges:
    """The proposals around today's decisions."""
    marks = cache.versions(*TABLES, "exchange_decisions")
    return _found(os.environ.get("ILOT_STORE"), marks, with_vacant, longest, seconds)


@st.cache_resource(max_entries=4, show_spinner=False)
def _found(
    url: str | None, versions: tuple[str, ...], with_vacant: bool, longest: int, seconds: float
) -> Exchanges:
    return job.proposals(cache.store(), case(with_vacant), seconds=seconds, longest_cycle=longest)


def figures(here: job.ExchangeCase, proposed: Exchanges) -> None:
    """Say what the proposals serve, and what pairs alone would."""
    among = here.arcs[here.arcs["takes"].isin(here.households.index)]
    greedy = two_way_greedy(here.households[["weight"]], among)
    cycles = sum(move.kind == "cycle" for move in proposed.moves)
    html.figures(
        [
            (number(len(here.households)), _("households on file"), _("who wish to move")),
            (
                number(proposed.served),
                _("served at best"),
                _("{c} cycles, {h} chains").format(c=number(cycles), h=number(len(proposed.moves) - cycles)),
            ),
            (number(greedy.served), _("served in pairs alone"), _("as exchange platforms do")),
            (percent(proposed.gap_pct / 100), _("at most to be gained"), _("proven")),
        ]
    )
    blocked = here.households["blocked_by"].dropna().value_counts()
    if len(blocked):
        said = ", ".join(f"{word(words.RULES, rule)} ({number(n)})" for rule, n in blocked.items())
        st.caption(_("On file without any home that suits: {said}.").format(said=said))


def listed(here: job.ExchangeCase, proposed: Exchanges) -> None:
    """List the proposals, the weightiest first; each can be accepted, or one of its steps refused."""
    pages = max(1, -(-len(proposed.moves) // SHOWN))
    page = int(st.number_input(_("Page"), 1, pages, 1, width=180, key="exchange-page")) if pages > 1 else 1
    for rank, move in enumerate(proposed.moves[(page - 1) * SHOWN : page * SHOWN]):
        _one(here, move, rank)


def _one(here: job.ExchangeCase, move: Move, rank: int) -> None:
    count = len(move.households)
    kind = _("Chain from a vacant home") if move.kind == "chain" else _("Cycle")
    told = steps(here, move)
    reasons = ", ".join(word(words.REASONS, reason) for reason in told["reason"])
    with st.expander(f"{kind} · {number(count)} · {reasons}", expanded=rank == 0):
        html.grid(
            [_("Household"), _("Reason"), _("Leaves"), _("Takes"), _("Rooms"), _("Rent, €"), _("Distance")],
            [
                (
                    row["household_id"],
                    (
                        word(words.REASONS, row["reason"]), row["leaves"], row["takes"],
                        f"{number(row['rooms_before'])} → {number(row['rooms_after'])}",
                        signed(row["rent_change_eur_month"]),
                        metres(row["distance_m"]),
                    ),
                )
                for _index, row in told.iterrows()
            ],
        )  # fmt: skip
        checks = [code for codes in told["checks"] for code in codes.split(",")]
        st.caption(
            _("To check: {checks}.").format(
                checks=", ".join(_(words.CHECKS[c]) for c in dict.fromkeys(checks))
            )
        )
        line = st.container(horizontal=True, vertical_alignment="bottom")
        name = key(move)
        if line.button(
            _("All accept"), icon=":material/check:", type="primary", key=f"exchange-accept-{name}"
        ):
            job.accept(cache.store(), move)
            st.rerun()
        who = line.selectbox(
            _("Household"), told["household_id"], key=f"exchange-who-{name}", label_visibility="collapsed"
        )
        if line.button(_("Refuses this home"), icon=":material/close:", key=f"exchange-refuse-{name}"):
            home = told.set_index("household_id").at[who, "takes"]
            owner = here.homes.index[here.homes["dwelling_id"] == home][0]
            job.refuse(cache.store(), who, str(owner))
            st.rerun()
        if line.button(_("Withdraws"), icon=":material/person_remove:", key=f"exchange-withdraw-{name}"):
            job.refuse(cache.store(), who, None)
            st.rerun()


def register() -> None:
    """List what was decided; each decision can be taken back."""
    rows = job.decisions(cache.store()).register
    kinds = {"accepted": _("accepted"), "refused": _("refused"), "withdrawn": _("withdrawn")}
    if rows.empty:
        st.info(_("Nothing was decided yet."))
        return
    for key_, row in rows.sort_values("decided_at", ascending=False).head(30).iterrows():
        line = st.container(horizontal=True, vertical_alignment="center")
        subject = row["household_id"] if isinstance(row["household_id"], str) else _("a whole exchange")
        line.text(f"{kinds[row['kind']]} · {subject}")
        if line.button(_("Take back"), key=f"exchange-undo-{key_}"):
            job.undo(cache.store(), str(key_))
            st.rerun()
