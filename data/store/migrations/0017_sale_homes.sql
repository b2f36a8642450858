-- What homes a sale holds, so that its price is told by m²: missing where it holds other premises, or nobody knows.

ALTER TABLE sales ADD COLUMN homes bigint;
ALTER TABLE sales ADD COLUMN home_kind text;
ALTER TABLE sales ADD COLUMN home_area_m2 double precision;
