"""Layouts: buildings, lanes, parking places and open soil laid inside the envelope, dwellings counted in them."""
