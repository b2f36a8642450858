"""Exchanges: the mobility adviser's list of cycles and chains, with reasons and checks; closed to other roles."""

import streamlit as st

from views.jobs import exchanges as job
from views.parts.exchanges import before, panels
from views.shared import cache, html
from views.shared.i18n import _, error_words
from views.shared.text import md_text

if not job.adviser(cache.store()):
    before.show()
    st.info(
        _(
            "This list names households, under a pseudonym: it is for the mobility adviser alone. It opens where the "
            "setting `roles.adviser` of the store is `yes` (in a terminal: `python cli.py exchanges --adviser on`). "
            "Others find the figures of mobility, small cells hidden, on the page Mobility."
        )
    )
    st.page_link("mobility.py", label=_("Mobility"), icon=":material/swap_horiz:")
    st.stop()

bar = st.container(horizontal=True, vertical_alignment="bottom")
longest = bar.segmented_control(
    _("Most households in a cycle"), [2, 3, 4], default=3, required=True, key="exchange-longest"
)
with_vacant = bar.toggle(_("Chains from vacant homes"), value=False, key="exchange-vacant")
try:
    here = panels.case(with_vacant)
except job.ExchangeError as error:
    st.info(md_text(error_words(error)))
    before.show()
    st.stop()
meanwhile = st.empty()
with meanwhile.container():
    before.show()
with st.spinner(_("Choosing the exchanges: some ten seconds")):
    proposed = panels.found(with_vacant, int(longest), 10.0)
meanwhile.empty()
panels.figures(here, proposed)
html.section(_("Proposals, the gravest needs first"))
panels.listed(here, proposed)
html.section(_("What was decided"))
panels.register()
