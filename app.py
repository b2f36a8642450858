"""Îlot in the browser: `streamlit run app.py`. The pages are in views/, the same jobs in a terminal are in cli.py."""

import streamlit as st

from views.server import warming
from views.server.answers import MIDDLEWARE
from views.server.routes import ROUTES

app = st.App("views/main.py", routes=ROUTES, middleware=MIDDLEWARE)
warming.start()
