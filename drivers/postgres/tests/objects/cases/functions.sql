CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select a + 1';
CREATE FUNCTION f(a text, b text DEFAULT 'x') RETURNS text LANGUAGE sql IMMUTABLE STRICT AS 'select a || b';
COMMENT ON FUNCTION f(text, text) IS 'joins';
CREATE FUNCTION code(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select a * 2';
CREATE TABLE t (id integer PRIMARY KEY, a integer DEFAULT code(1) NOT NULL, b integer GENERATED ALWAYS AS (code(id)) STORED,
    CONSTRAINT positive CHECK (code(id) > 0));
INSERT INTO t VALUES (1, 2);
CREATE INDEX t_code ON t (code(id)) WHERE code(a) > 0;
CREATE VIEW v AS SELECT code(a) AS c FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (code(id) > 1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW WHEN (code(new.id) > 1) EXECUTE FUNCTION touch();
CREATE PROCEDURE work(INOUT n integer, VARIADIC rest text[]) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ begin n := n + 1; end $$;
CREATE FUNCTION rows_of(OUT x integer, OUT y text) RETURNS SETOF record LANGUAGE sql STABLE ROWS 7 COST 3 AS 'select 1, ''a''::text';
CREATE FUNCTION tabled() RETURNS TABLE (x integer, y text) LANGUAGE sql PARALLEL SAFE AS $x$ select 1, $y$it's$y$ $x$;
CREATE FUNCTION atomic(n integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t WHERE a > n; END;
CREATE FUNCTION returning_expression(n integer) RETURNS integer LANGUAGE sql RETURN n + code(n);
CREATE FUNCTION even(n integer) RETURNS boolean LANGUAGE sql AS $$ select case when n = 0 then true else odd(n - 1) end $$;
-- after
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select a + 2';
CREATE FUNCTION f(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE AS 'select a || b';
CREATE FUNCTION f(a bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select 1';
CREATE FUNCTION code(a integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'select a::bigint * 2';
CREATE TABLE t (id integer PRIMARY KEY, a bigint DEFAULT code(1) NOT NULL, b bigint GENERATED ALWAYS AS (code(id)) STORED,
    CONSTRAINT positive CHECK (code(id) > 0));
CREATE INDEX t_code ON t (code(id)) WHERE code(a::integer) > 0;
CREATE VIEW v AS SELECT code(a::integer) AS c FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (code(id) > 1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ begin return null; end $$;
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW WHEN (code(new.id) > 1) EXECUTE FUNCTION touch();
CREATE PROCEDURE work(INOUT n integer, VARIADIC rest text[]) LANGUAGE plpgsql AS $$ begin n := n + 2; end $$;
CREATE FUNCTION rows_of(OUT x integer, OUT y text, OUT z text) RETURNS SETOF record LANGUAGE sql STABLE AS 'select 1, ''a''::text, ''b''::text';
CREATE FUNCTION tabled() RETURNS TABLE (x integer, y text) LANGUAGE sql AS $x$ select 2, $y$it's$y$ $x$;
CREATE FUNCTION atomic(n integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a)::bigint FROM t WHERE a > n; END;
CREATE FUNCTION returning_expression(n integer) RETURNS integer LANGUAGE sql RETURN n + 1;
CREATE FUNCTION odd(n integer) RETURNS boolean LANGUAGE sql AS $$ select false $$;
CREATE FUNCTION even(n integer) RETURNS boolean LANGUAGE sql AS $$ select case when n = 0 then true else odd(n - 1) end $$;
