"""Pieces of the page of programme."""
