-- For whom a land unit was laid out: its gain is that of one public. What was kept had been counted for families.

ALTER TABLE land_units ADD COLUMN public text;
UPDATE land_units SET public = 'family';
