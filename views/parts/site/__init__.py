"""The pieces of the page of one site."""
