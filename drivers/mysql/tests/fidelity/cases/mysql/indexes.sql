CREATE TABLE t (a int, j json, p point NOT NULL SRID 4326, x text, KEY fx ((a + 1)), KEY mv ((CAST(j->'$.x' AS UNSIGNED ARRAY))), KEY iv (a) INVISIBLE, KEY ds (a DESC), FULLTEXT KEY ft (x) WITH PARSER ngram, UNIQUE KEY ux ((a * 2), a DESC), CONSTRAINT ne CHECK (a > 1) NOT ENFORCED, CONSTRAINT en CHECK (a > 0));
-- after
CREATE TABLE t (a int, j json, p point NOT NULL SRID 0, x text, KEY fx ((a + 2)), KEY iv (a), KEY ds (a), FULLTEXT KEY ft (x), UNIQUE KEY ux ((a * 2)), CONSTRAINT ne CHECK (a > 1), CONSTRAINT en CHECK (a > 0) NOT ENFORCED);
