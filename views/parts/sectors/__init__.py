"""The pieces of the page of a sector or an agency."""
