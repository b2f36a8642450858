"""The pieces of the page of territories."""
