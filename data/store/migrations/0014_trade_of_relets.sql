-- The main trade of a relet's works (painting, plumbing...); missing where the register does not say.

ALTER TABLE turnovers ADD COLUMN trade text;
