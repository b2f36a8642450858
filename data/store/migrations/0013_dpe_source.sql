-- Whose a dwelling's label is: missing for the landlord's own file, else the ADEME certificate found at its address.

ALTER TABLE dwellings ADD COLUMN dpe_source text;
