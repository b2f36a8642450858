"""The land itself: parcels that could be one site, and what stands around them."""
