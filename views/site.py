"""One site from top to bottom: what fits, drawn; why it ranks so; both tenures; the balance; what stands around."""

import streamlit as st

from views.parts.site import edges, mixes, state, together
from views.parts.site import panels as site
from views.parts.sites import frames
from views.shared import evaluating
from views.shared.i18n import _
from views.shared.text import md_text

if not frames.evaluated():
    evaluating.invite()
    st.stop()
asked = site.choose()
if asked is None:
    st.stop()
try:
    with st.spinner(_("Reading the site…")):
        shown = state.shown(*asked)
except KeyError:
    st.error(_("No site is called {site}: pick one on the map of the sites.").format(site=md_text(asked[0])))
    st.stop()

site.head(shown)
site.files(shown)
site.plans(shown)
edges.show(shown)
together.show(shown)
if shown.fits:
    site.why(shown)
    site.known(shown)
    site.costs(shown)
site.around(shown)
mixes.show(shown)
site.sources(shown)
