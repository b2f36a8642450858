"""One site from top to bottom: what fits, drawn; why it ranks so; both tenures; the balance; what stands around."""

import streamlit as st

st.write("…")
