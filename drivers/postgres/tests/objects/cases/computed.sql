CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, twice integer GENERATED ALWAYS AS (a * 2) STORED, loud text GENERATED ALWAYS AS (upper(b)) STORED,
    CONSTRAINT small CHECK (twice < 100));
INSERT INTO t (id, a, b) VALUES (1, 2, 'x');
CREATE INDEX t_twice ON t (twice);
CREATE VIEW v AS SELECT twice, loud FROM t;
COMMENT ON COLUMN t.twice IS 'doubled';
-- after
CREATE TABLE t (id integer PRIMARY KEY, a bigint, b varchar(30), twice integer GENERATED ALWAYS AS (a * 2) STORED, loud text GENERATED ALWAYS AS (upper(b)) STORED,
    CONSTRAINT small CHECK (twice < 100));
CREATE INDEX t_twice ON t (twice);
CREATE VIEW v AS SELECT twice, loud FROM t;
COMMENT ON COLUMN t.twice IS 'doubled';
