"""The application: its pages, in the reader's language, on the store of this process."""

import streamlit as st

from views.shared import cache, first_start, frame
from views.shared.i18n import _

st.set_page_config(page_title="Îlot", page_icon=str(frame.ICON), layout="wide")
frame.style()
bar = st.container(horizontal=True, vertical_alignment="center", gap="medium")
with bar:
    title = st.empty()
    whose = st.container()
    frame.language_switch()
page = st.navigation(
    [
        st.Page("stock.py", title=_("Stock"), icon=":material/apartment:", default=True),
        st.Page("sectors.py", title=_("Sector"), icon=":material/query_stats:"),
        st.Page("complaints.py", title=_("Complaints"), icon=":material/campaign:"),
        st.Page("sites.py", title=_("Sites"), icon=":material/landscape:"),
        st.Page("site.py", title=_("Site"), icon=":material/description:", visibility="hidden"),
        st.Page("territories.py", title=_("Territories"), icon=":material/map:"),
        st.Page("programme.py", title=_("Programme"), icon=":material/calendar_month:"),
        st.Page("mobility.py", title=_("Mobility"), icon=":material/swap_horiz:"),
        st.Page("exchanges.py", title=_("Exchanges"), icon=":material/sync_alt:"),
        st.Page("files.py", title=_("Data"), icon=":material/database:", url_path="data"),
    ],
    position="top",
)
st.logo(str(frame.LOGO), size="large", link=None)
frame.require_store()
if first_start.needed(cache.store()):
    first_start.build()
title.title(page.title, anchor=False, width="content")
with whose:
    frame.strip(cache.settings())
page.run()
