CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE FUNCTION of_row(t) RETURNS text LANGUAGE sql AS $$ select ($1).a $$;
CREATE FUNCTION all_rows() RETURNS SETOF v LANGUAGE sql AS $$ select id, a from t $$;
CREATE VIEW w AS SELECT of_row(t) AS o, x.a FROM t, all_rows() x;
CREATE TABLE holds (id integer, one t);
INSERT INTO t VALUES (1, 'x');
INSERT INTO holds VALUES (1, (2, 'y'));
-- after
CREATE TABLE t (id integer PRIMARY KEY, a text, b integer);
CREATE VIEW v AS SELECT id, a, b FROM t;
CREATE FUNCTION of_row(t) RETURNS text LANGUAGE sql AS $$ select ($1).a $$;
CREATE FUNCTION all_rows() RETURNS SETOF v LANGUAGE sql AS $$ select id, a, b from t $$;
CREATE VIEW w AS SELECT of_row(t) AS o, x.a FROM t, all_rows() x;
CREATE TABLE holds (id integer, one t);
-- holds (SELECT one::text FROM holds) = '(2,y,)'
