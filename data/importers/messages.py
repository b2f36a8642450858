"""Every rule of the importers in words: why a line is refused or repaired, and what to do; English templates."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Rule(NamedTuple):
    """Two sentences with named blanks: the reason, and the remedy ('' where there is nothing to do)."""

    reason: str
    remedy: str = ""


FILE_RULES = {
    "missing_file": Rule("The file does not exist.", "Check its name and folder."),
    "empty_file": Rule("The file is empty.", "Export it again from its source."),
    "no_rows": Rule(
        "The file has a header and no rows.", "Export it again; the data in place are untouched."
    ),
    "web_page": Rule(
        "This is a web page saved under another name, not a table.",
        "Sign in again at the source, then download the file.",
    ),
    "not_a_table": Rule(
        "This is a {what} file, not a table nor a map layer.",
        "Save it as CSV, XLSX, GeoJSON, GeoPackage or shapefile.",
    ),
    "old_workbook": Rule(
        "This is an old or password-protected Excel file.",
        "Open it and save it as .xlsx without password, or as CSV.",
    ),
    "bad_workbook": Rule(
        "This is not a valid .xlsx workbook ({why}).", "Open it in a spreadsheet and save it again as .xlsx."
    ),
    "unknown_encoding": Rule(
        "The text is neither UTF-8 nor Windows-1252 (byte {position}).", "Save the file as CSV UTF-8."
    ),
    "binary": Rule("The file holds binary data, not text.", "Save it as CSV UTF-8."),
    "truncated_archive": Rule("The compressed file is cut before its end.", "Download or copy it again."),
    "bad_archive": Rule("The archive cannot be read ({why}).", "Make it again, or send the file itself."),
    "unsafe_archive": Rule(
        "The archive holds an entry that points outside it: {entry}.",
        "Make an archive of plain files, without folders above it, absolute paths or links.",
    ),
    "nested_archive": Rule("The archive holds another archive: {entry}.", "Send the inner file itself."),
    "expands_too_much": Rule(
        "The archive expands {ratio} times, to {size_mb} MB: the limits are {ratio_limit} and {size_limit_mb} MB.",
        "Send the file itself, or in several parts.",
    ),
    "empty_archive": Rule(
        "The archive holds no table nor map layer.",
        "Put a CSV, XLSX, GeoJSON, GeoPackage or shapefile in it.",
    ),
    "several_files": Rule("The archive holds several files: {entries}.", "Send them one by one."),
    "too_big": Rule(
        "The file is {size_mb} MB: the limit is {limit_mb} MB.",
        "Import it in the terminal, or in several parts.",
    ),
    "too_many_rows": Rule(
        "The file has more than {limit} rows.", "Import it in the terminal, or in several parts."
    ),
    "too_many_columns": Rule(
        "The file has {found} columns: the limit is {limit}.", "Keep the columns of the template."
    ),
    "broken_quote": Rule(
        "A quotation mark opened on this line is never closed, or is followed by text.",
        "Double the quotation marks inside the cell, or close the cell.",
    ),
    "cell_too_big": Rule(
        "A cell that starts on this line is longer than {limit} characters.",
        "Check that its quotation marks are closed.",
    ),
    "missing_column": Rule(
        "The column {missing} is missing; the file has: {found}.",
        "Rename or add the column; the template gives the names.",
    ),
    "duplicate_column": Rule("The column {column} appears {times} times.", "Keep one of them."),
    "personal_column": Rule(
        "The column {column} would hold personal data ({what}).",
        "Remove it: Îlot keeps no names, phones, e-mails, birth dates nor social-security numbers.",
    ),
    "incomplete_json": Rule("The GeoJSON stops before its end.", "Download or copy it again."),
    "broken_json": Rule("The GeoJSON is not well formed (character {position}).", "Export it again."),
    "not_geojson": Rule("The JSON holds no collection of features.", "Export it as GeoJSON."),
    "nested_too_deep": Rule("The file nests its contents too deep.", "Export it again as GeoJSON."),
    "unreadable_layer": Rule(
        "The map layer cannot be opened ({why}).", "Open it in QGIS and export it as GeoPackage."
    ),
    "slow_layer": Rule(
        "Opening the map layer took more than {seconds} s or {memory_mb} MB.",
        "Export a smaller extract as GeoPackage.",
    ),
    "shapefile_alone": Rule(
        "The shapefile lacks its {lacking} part.", "Send the .shp, .dbf, .shx and .prj together in one .zip."
    ),
    "no_geometry_column": Rule(
        "This kind needs outlines, and the file has none.", "Send GeoJSON, GeoPackage or shapefile."
    ),
    "which_layer": Rule("Several layers could be read: {layers}.", "Name the one to read."),
    "unknown_layer": Rule("The file has no layer {layer}; it has: {layers}.", "Name one of these."),
    "unknown_projection": Rule("“{value}” is no reference system that we know.", "Write it as EPSG:2154."),
    "unknown_crs": Rule(
        "The file does not say its reference system, and its coordinates do not tell.",
        "Choose the reference system.",
    ),
    "looks_lambert": Rule(
        "The columns hold {x}, {y}: these look like EPSG:2154 metres (Lambert 93), not degrees.",
        "Choose the projection EPSG:2154, or convert the coordinates to degrees.",
    ),
    "looks_degrees": Rule(
        "The coordinates {x}, {y} look like degrees, not {crs} metres.",
        "Choose the projection EPSG:4326, or correct the file.",
    ),
    "many_refused": Rule(
        "{refused} of {rows} lines are refused, more than {limit} %.",
        "Check that this is the right file; set the refused lines aside to write the others.",
    ),
    "import_running": Rule(
        "{who} is importing since {since}: one import at a time.", "Wait for its end, then try again."
    ),
    "cancelled": Rule(
        "The import was cancelled: nothing of it was written, the store is as before.",
        "Start it again when you wish.",
    ),
    "nothing_to_undo": Rule("There is no import to undo.", "Look at the list of imports."),
    "undone_already": Rule("This import was undone on {date}.", "Look at the list of imports."),
    "undo_not_kept": Rule(
        "What this import found in place is not kept any more: it cannot be undone.",
        "Import the previous file again.",
    ),
    "undo_later": Rule(
        "{count} rows of {table} were changed by later imports: {files}.", "Undo those first."
    ),
    "undo_changed": Rule(
        "{count} rows of {table} were changed since this import: undoing it would lose that.",
        "Correct the rows in a file, and import it.",
    ),
    "undo_held": Rule(
        "Other rows point at what this import added ({where}).",
        "Undo the imports that brought them first.",
    ),
    "removal_held": Rule(
        "Other rows point at what this file would remove ({where}).",
        "Keep these rows in the file, or take the others out first.",
    ),
    "would_remove": Rule(
        "Writing this file would remove {removed} of the {present} rows of {table} that it replaces: {keys}",
        "Confirm the removals if they are meant.",
    ),
}

ROW_RULES = {
    "ragged_row": Rule(
        "The line has {found} cells, the header {expected}.", "Check its separators and quotation marks."
    ),
    "blank": Rule("The cell is empty.", "Fill it in."),
    "merged_cell": Rule(
        "The cell belongs to a merged range ({range}) and is empty.",
        "Unmerge the cells and fill each of them.",
    ),
    "formula": Rule(
        "The cell is a formula without a stored value ({value}).",
        "Open the workbook, let it compute, and save it; or paste the value.",
    ),
    "not_a_number": Rule("“{value}” is not a number.", "Write digits only."),
    "not_finite": Rule("“{value}” is not a finite number.", "Write the number, or leave the cell empty."),
    "not_whole": Rule("“{value}” is not a whole number.", "Write a whole number."),
    "unit_in_number": Rule("“{value}” mixes a number and text.", "Write the number alone."),
    "negative": Rule("{value} is negative.", "Write a number within {bounds}."),
    "out_of_range": Rule("{value} is out of range: {bounds} expected.", "Correct the value."),
    "unit_suspected": Rule(
        "{value} is out of range: {bounds} expected; the unit may be {hint}.", "Check the unit."
    ),
    "future_year": Rule("{value} is in the future: {limit} at most.", "Correct the year."),
    "future_date": Rule("{value} is in the future.", "Correct the date."),
    "not_a_date": Rule("“{value}” is not a date.", "Write it year-month-day, as in 2025-03-04."),
    "impossible_date": Rule("{value} does not exist in the calendar.", "Correct the date."),
    "excel_serial": Rule(
        "“{value}” looks like an Excel number for a date.",
        "Give the column a date format, or write 2025-03-04.",
    ),
    "short_year": Rule("“{value}” has a year of two digits.", "Write the year with four digits."),
    "not_in_list": Rule("“{value}” is not one of: {allowed}.", "Use one of these words."),
    "not_yes_or_no": Rule("“{value}” is neither yes nor no.", "Write yes or no."),
    "too_long": Rule("The text is longer than {limit} characters.", "Shorten it."),
    "bad_id": Rule("“{value}” is no {kind}: expected {expected}.", "Correct the identifier."),
    "active_id": Rule(
        "“{value}” is no {kind}: it carries characters that a program could run.", "Correct the identifier."
    ),
    "duplicate_id": Rule("{key} appears on lines {lines}.", "Keep one line for each."),
    "repeated_id": Rule("{key} stands already on line {first}.", "Keep one line for each."),
    "look_alike_id": Rule(
        "{key} looks like other identifiers of the file, on lines {lines}.", "Use one spelling, one line."
    ),
    "duplicate_shape": Rule(
        "The same outline with the same label stands on feature {first}.", "Keep one of them."
    ),
    "unknown_residence": Rule(
        "The residence {value} is unknown.", "Import the stock first, or correct the code."
    ),
    "unknown_dwelling": Rule(
        "The dwelling {value} is unknown.", "Import the dwellings first, correct the code, or leave it empty."
    ),
    "no_coordinates": Rule(
        "The residence has no coordinates.", "Give its longitude and latitude, or import it as not located."
    ),
    "half_coordinates": Rule("One of the two coordinates is missing.", "Give both, or neither."),
    "null_island": Rule(
        "The point is at 0, 0: the coordinates are missing.", "Give its longitude and latitude."
    ),
    "swapped": Rule("Longitude {x} and latitude {y} look swapped.", "Exchange the two values."),
    "row_looks_lambert": Rule(
        "{x}, {y} look like EPSG:2154 metres (Lambert 93), not degrees.", "Convert them to degrees."
    ),
    "outside_france": Rule(
        "The place {x}, {y} is outside mainland France and Corsica.",
        "Correct the coordinates or the projection.",
    ),
    "outside_territory": Rule(
        "The place is {km} km away from {reference}: outside the territory.",
        "Correct the coordinates: a commune of the same name may have been found.",
    ),
    "no_geometry": Rule("The feature has no geometry.", "Draw it, or remove it."),
    "bad_geometry": Rule(
        "The geometry cannot be read: unclosed, cut or not numeric.", "Export the layer again."
    ),
    "empty_geometry": Rule("The geometry is empty.", "Draw it, or remove it."),
    "no_area": Rule(
        "A {shape} has no area: a polygon is expected here.", "Draw a polygon, or remove the feature."
    ),
    "wrong_shape": Rule("A {shape} was found where a {wanted} is expected.", "Put it in its own layer."),
    "invalid_shape": Rule(
        "The outline crosses itself or is badly built: {why}.",
        "Correct it with the tool “repair geometry” of QGIS and check its area.",
    ),
    "too_many_vertices": Rule("The outline has {found} vertices: the limit is {limit}.", "Simplify it."),
    "occupied_over_dwellings": Rule(
        "{occupied} occupied and {vacant} vacant make more than the {dwellings} dwellings of {residence}.",
        "Correct the counts or the stock.",
    ),
    "part_over_occupied": Rule(
        "{part} ({value}) is more than the {occupied} occupied dwellings.", "Correct the counts."
    ),
    "closed_before_opened": Rule(
        "It was closed ({closed}) before it was opened ({opened}).", "Correct the dates."
    ),
    "children_over_persons": Rule(
        "{value} children among {persons} persons leave no adult.", "Correct the counts."
    ),
    "milestones_out_of_order": Rule("{value} is before {milestone} ({since}).", "Correct the dates."),
    "several_prices": Rule("The lines of this sale have different prices.", "Download the file again."),
    "rule_out_of_bounds": Rule(
        "{value} is out of bounds for the rule {rule}.", "Give {least} to {most} ({unit}), or leave it empty."
    ),
    "setback_without_edge": Rule("A setback says from which edge.", "Write street, side or rear."),
    "site_size": Rule("The outline has {area} m².", "Draw between {least} and {most} m²."),
    "part_over_total": Rule(
        "The parts add up to {parts}, more than the total {total}.", "Correct the charges."
    ),
}

REPAIR_RULES = {
    "thousands": Rule("The spaces between thousands were removed."),
    "whole_as_decimal": Rule("The decimal part, zero, was removed."),
    "decimal_comma": Rule("The comma was read as a decimal mark."),
    "french_date": Rule("The date was read day first."),
    "slashed_date": Rule("The date was read year first."),
    "compact_date": Rule("The date was read as year, month, day."),
    "control_marks": Rule("Invisible control marks were removed."),
    "mojibake_repaired": Rule("Letters misread before us (such as Ã© for é) were put right."),
    "export_quote": Rule("The apostrophe that an export puts before a formula was taken away."),
    "id_spelling": Rule("The identifier was brought to its published spelling."),
    "letter_case": Rule("Capital and small letters were set right."),
    "extra_separators": Rule("Empty cells after the last column were left out."),
    "z_dropped": Rule("The height of the points was dropped: outlines are kept in 2D."),
    "collection_reduced": Rule(
        "The collection of shapes was reduced to its polygons ({dropped} lines or points left out)."
    ),
    "shape_repaired": Rule("The outline was invalid and was repaired ({why}); its area is now {area_m2} m²."),
    "address_repeated": Rule(
        "The address is repeated (by construction year or programme): its dwellings are counted once."
    ),
}

WARNINGS = {
    "single_row": Rule("The file has a single row: classes and ranks mean little."),
    "constant_column": Rule("Every line has the same {column}: a map of it shows a single class."),
    "lost_characters": Rule(
        "{count} lines hold characters lost before us (�).", "Ask for the file in UTF-8."
    ),
    "mojibake": Rule(
        "{count} lines hold letters misread before us (such as Ã©).", "Ask for the file in UTF-8."
    ),
    "personal_text": Rule(
        "{count} lines hold free text that looks personal; it is not kept.",
        "Ask the people who type it to leave names, phones, e-mails and health out.",
    ),
    "field_rewritten": Rule(
        "{count} lines bear the number of a complaint entered in Îlot: they change it.",
        "Nothing to do if the landlord's system follows it from now on; else take the import back.",
    ),
    "field_twice": Rule(
        "{count} lines are of the same residence, category and day as a complaint entered in Îlot: "
        "it may be counted twice.",
        "Close the one entered in Îlot where the landlord's system has taken it over.",
    ),
    "field_kept": Rule("{kept} complaints entered in Îlot stay as they are beside this file."),
    "active_text": Rule(
        "{count} lines hold text that a page or a spreadsheet could run; it stays plain text."
    ),
    "far_from_department": Rule(
        "{count} points are over {km} km away from the main town of the department in their code.",
        "Check the commune codes.",
    ),
    "overlap": Rule(
        "{a} and {b} overlap over {area_m2} m²; {residences} residences stand there.",
        "A residence is counted in the first of them only; correct the outlines.",
    ),
    "gap": Rule(
        "A gap of {area_m2} m² lies between {neighbours}; {residences} residences stand there.",
        "Correct the outlines.",
    ),
    "one_point": Rule(
        "All {count} residences stand on one point: it is that of the town or of the office rather than theirs.",
        "Ask for the coordinates of each, or import without them.",
    ),
    "coarse_points": Rule(
        "The coordinates of {count} residences have one decimal: they are right to some ten kilometres.",
        "Ask for coordinates with five decimals.",
    ),
    "not_located": Rule("{count} lines have no coordinates: kept, counted and shown as not located."),
    "area_differs": Rule(
        "{count} parcels are drawn over 10 % larger or smaller than the land register says."
    ),
    "unknown_zone_type": Rule("{count} zones have a type outside the standard: {types}."),
    "rules_disagree": Rule(
        "The rule column and the label of {label} disagree: {detail}. The column is kept."
    ),
    "rules_unknown": Rule(
        "{count} zones have neither rule columns nor a label that can be decoded: {labels}."
    ),
    "outside_parcels": Rule(
        "{outside} of {count} addresses lie outside any parcel: {near} under 3 m, {snapped} under 25 m, {none} farther."
    ),
    "not_linked": Rule(
        "No parcel of these communes is in the store: the addresses are not linked yet.",
        "Import the parcels: the addresses are then linked.",
    ),
    "unknown_building": Rule(
        "{count} dwellings name no building: each residence keeps them under an unknown building."
    ),
    "date_in_code": Rule("{count} lines hold a code that a spreadsheet turned into a date."),
    "two_places": Rule("{count} addresses have two points: the first is kept."),
    "several_values": Rule(
        "{count} addresses repeat with different numbers of dwellings: the largest is kept."
    ),
    "bad_parcel_reference": Rule("{count} lines name a parcel that cannot be one; it is left out."),
    "looks_swapped": Rule(
        "{count} points have latitude and longitude swapped; they are kept as not located.",
        "Ask for the file with the longitude first.",
    ),
    "no_amenity": Rule("{count} elements have no tag that makes them an amenity and were left out."),
    "no_siren": Rule("{count} lines have no SIREN: the person's MAJIC number is kept instead."),
    "unreadable_optional": Rule("{count} cells of {column} cannot be read and are left empty."),
    "all_not_located": Rule("The file has no coordinates: its {count} lines are kept as not located."),
    "refused_tolerated": Rule(
        "{refused} of {rows} lines are refused; the others of this public layer are written."
    ),
    "references_unchecked": Rule("No residences to compare with: codes were not checked."),
}

NOTES = {
    "ignored_columns": Rule("Columns not used: {columns}."),
    "ignored_layers": Rule("Layers not used: {layers}."),
    "ignored_sheets": Rule("Sheets not used: {sheets}."),
    "refused_kept": Rule("The first {kept} of the {refused} refused lines are given back."),
    "lines_before_header": Rule("{count} lines before the header were skipped."),
    "same_file": Rule("This file was already imported on {date}."),
    "undone": Rule("The import of {file} on {date} is undone: its rows are as they were before."),
    "confirm_guesses": Rule(
        "Nothing was written yet: {count} guesses wait for your agreement.",
        "Look at their sample rows, then agree (in the terminal: --accept-guesses).",
    ),
    "nothing_changed": Rule("Nothing changed: the store already holds these rows."),
    "invented_gone": Rule(
        "{count} invented rows of {table} gave way to this file, so that no figure mixes the two; undo the import to "
        "have them back."
    ),
    "removed": Rule("{count} rows of {table} that the file does not have go: {keys}"),
    "relinked": Rule("{count} addresses were linked to the parcels."),
    "new_sectors": Rule(
        "{count} sectors named in the file and unknown until now come with it, without outline."
    ),
    "labelled": Rule(
        "Energy labels of the {dwellings} dwellings of these communes: {file} of the landlord's own file, {flat} of a "
        "certificate of their own and {building} of one of their building, found by address; {without} have none.",
    ),
    "not_in_store": Rule("{count} communes of the file are not in the store and were left out."),
}

GUESSES = {
    "encoding": Rule("The text was read as {value}.", "Check the accents in the sample."),
    "decimal_comma": Rule(
        "The comma was read as the decimal mark in: {value}.", "Check the numbers in the sample."
    ),
    "crs": Rule("The reference system was taken to be {value}.", "Check the places in the sample."),
    "separator": Rule("The cells were taken to be separated by {value}.", "Check the columns in the sample."),
}

RULES: Mapping[str, Rule] = {**FILE_RULES, **ROW_RULES, **REPAIR_RULES, **WARNINGS, **NOTES}


def sentence(template: str, params: Mapping[str, Any]) -> str:
    """Fill a template; a blank nobody filled stays visible as a question mark rather than failing."""
    return template.format_map(_Blanks(params))


class _Blanks(dict):
    def __missing__(self, name: str) -> str:
        return "?"
