"""The pieces of the page of data."""
