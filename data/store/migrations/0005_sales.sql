-- Sales of property (DVF), one row a mutation: its price stands once, however many parcels and premises it holds.

CREATE TABLE sales (
    sale_id text PRIMARY KEY,
    sold_on date NOT NULL,
    nature text,
    price_eur double precision CHECK (price_eur >= 0 AND price_eur < 'infinity'),
    insee_code text CHECK (length(insee_code) = 5),
    parcel_id text,
    parcels bigint CHECK (parcels >= 0),
    land_area_m2 double precision CHECK (land_area_m2 >= 0 AND land_area_m2 < 'infinity'),
    geometry {geometry:Point}
);

{postgis} CREATE INDEX sales_geometry ON sales USING gist (geometry);
