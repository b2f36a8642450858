"""Data: what the store holds and since when; a file checked line by line before it is written; the last imports."""

import json

import streamlit as st

from views.parts.files import imports, keeping, upload
from views.shared import cache, html
from views.shared.i18n import _
from views.shared.numbers import number
from views.shared.text import md_text

store = cache.store()

html.upload_words()
upload.show_done(store)
st.subheader(_("Bring a file"), anchor=False)
choice, explained = st.columns([2, 1], gap="medium")
with choice:
    kind = st.selectbox(
        _("What does it hold?"), list(imports.KINDS), format_func=imports.word_of, key="data-kind"
    )
    sent = st.file_uploader(
        _("The file: CSV, Excel, GeoJSON or GeoPackage, 20 MB at most"),
        key=upload.box(),
        help=_("Nothing is written before you have seen the report and confirmed."),
    )
with explained:
    upload.templates(kind)

if sent is not None:
    given = imports.Upload(sent.name, sent.getvalue())
    upload.whole_stock(kind, given)
    options = upload.options(kind, given)
    report = upload.dry_run(store, kind, given, options)
    told = imports.told(report)
    upload.verdict(told)
    agreed = upload.reading(kind, told, given)
    if any(fault["line"] is not None for fault in told["faults"]):
        upload.how_many(told)
        if imports.repeats(told):
            st.dataframe(imports.by_reason(told), hide_index=True)
        st.dataframe(imports.faults(told).head(imports.SHOWN), hide_index=True, key="data-faults")
        if len(told["faults"]) > imports.SHOWN:
            st.caption(_("The first {n}; the files below have them all.").format(n=number(imports.SHOWN)))
        files = st.container(horizontal=True)
        files.download_button(_("These lines as CSV"), imports.as_csv(told), "rapport.csv", "text/csv")
        whole = json.dumps(told, ensure_ascii=False, indent=1, default=str)
        files.download_button(_("The whole report as JSON"), whole, "rapport.json", "application/json")
    for note in [*told["warnings"], *told["notes"]]:
        st.caption(md_text(f"{note['reason']} {note['remedy']}"))
    upload.confirm(store, kind, given, options, told, agreed=agreed)

st.subheader(_("What is here"), anchor=False)
st.dataframe(imports.state(store), hide_index=True, key="data-state", row_height=36)

st.subheader(_("Last imports"), anchor=False)
made = imports.register(store)
if made.empty:
    st.caption(_("No file was imported yet: what is here was invented."))
else:
    st.dataframe(made, hide_index=True, key="data-register")
    upload.undo(store)
keeping.show(store)
html.section(_("What never enters"))
st.caption(
    _(
        "No name, telephone, e-mail, social-security number or income: a file with such a column is refused. "
        "The free text of complaints is neither kept on the map nor exported."
    )
)
