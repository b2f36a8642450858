"""The pieces that the card of a residence, the page of a sector and their sheets share."""
