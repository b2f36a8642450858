"""The pieces of the page of sites."""
