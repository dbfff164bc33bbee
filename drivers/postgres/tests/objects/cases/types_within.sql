CREATE DOMAIN amount AS integer CHECK (VALUE >= 0);
CREATE DOMAIN fine AS amount CHECK (VALUE < 1000);
CREATE TYPE place AS (name text COLLATE "C", "No" integer, left_out text, sum fine);
CREATE TYPE places AS (home place, others place[]);
CREATE DOMAIN checked AS place CHECK ((VALUE).name <> '');
CREATE DOMAIN positive AS integer;
CREATE DOMAIN real_place AS place NOT NULL CHECK ((VALUE).name IS NOT NULL);
CREATE TABLE real (id integer, ps real_place[]);
INSERT INTO real VALUES (1, ARRAY[ROW('a', 1, '', 1)::place::real_place]), (2, NULL), (3, '{}');
CREATE TABLE t (id integer PRIMARY KEY, f fine DEFAULT 3, fs fine[], p place, ps place[], pss places, c checked, n positive[],
    twice integer GENERATED ALWAYS AS (f * 2) STORED, CHECK ((p).name <> 'nowhere'));
INSERT INTO t (id, f, fs, p, ps, pss, c, n) VALUES
    (1, 5, '{1,2}', ('a', 1, 'x', 7), ARRAY[('b', 2, 'y', 8)::place, NULL], (('c', 3, 'z', 9), '{}'), ('d', 4, 'u', 6), '{1}'),
    (2, NULL, NULL, NULL, '{}', NULL, NULL, NULL),
    (3, 6, '[0:1][5:6]={{1,2},{3,4}}', NULL, ARRAY[[('e', 5, '', 1)::place, NULL], [('f', 6, '', 2)::place, ('g', 7, '', 3)::place]], NULL, NULL, '{{1,2}}');
UPDATE t SET ps[-1:0] = ps WHERE id = 1;
CREATE INDEX t_name ON t (((p).name));
CREATE VIEW names AS SELECT id, (p).name, f FROM t WHERE f > 2;
CREATE VIEW more AS SELECT name FROM names;
CREATE FUNCTION first_of(places) RETURNS place LANGUAGE sql AS $$ select ($1).home $$;
CREATE FUNCTION sum_of(place) RETURNS fine LANGUAGE sql RETURN ($1).sum;
CREATE FUNCTION beyond(place, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select ($1)."No" > $2 $$;
CREATE OPERATOR @> (FUNCTION = beyond, LEFTARG = place, RIGHTARG = integer);
-- holds (SELECT fs::text FROM t WHERE id = 3) = '[0:1][5:6]={{1,2},{3,4}}'
-- holds (SELECT ps::text FROM t WHERE id = 1) = '[-1:2]={"(b,2,,8)",NULL,"(b,2,,8)",NULL}'

-- after
CREATE DOMAIN amount AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN fine AS amount CHECK (VALUE < 1000);
CREATE TYPE place AS (name text COLLATE "C", more date, "No" bigint, sum fine);
CREATE TYPE places AS (home place, others place[]);
CREATE DOMAIN checked AS place CHECK ((VALUE).name <> '');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN real_place AS place NOT NULL CHECK ((VALUE).name IS NOT NULL);
CREATE TABLE real (id integer, ps real_place[]);
CREATE TABLE t (id integer PRIMARY KEY, f fine DEFAULT 3, fs fine[], p place, ps place[], pss places, c checked, n positive[],
    twice integer GENERATED ALWAYS AS (f * 2) STORED, CHECK ((p).name <> 'nowhere'));
CREATE INDEX t_name ON t (((p).name));
CREATE VIEW names AS SELECT id, (p).name, f FROM t WHERE f > 2;
CREATE VIEW more AS SELECT name FROM names;
CREATE FUNCTION first_of(places) RETURNS place LANGUAGE sql AS $$ select ($1).home $$;
CREATE FUNCTION sum_of(place) RETURNS fine LANGUAGE sql RETURN ($1).sum;
CREATE FUNCTION beyond(place, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select ($1)."No" > $2 $$;
CREATE OPERATOR @> (FUNCTION = beyond, LEFTARG = place, RIGHTARG = integer);
-- holds (SELECT fs::text FROM t WHERE id = 3) = '[0:1][5:6]={{1,2},{3,4}}'
-- holds (SELECT ps::text FROM t WHERE id = 3) = '{{"(e,,5,1)",NULL},{"(f,,6,2)","(g,,7,3)"}}'
-- holds (SELECT n::text FROM t WHERE id = 3) = '{{1,2}}'
-- holds (SELECT string_agg(coalesce(ps::text, 'none'), ' ' ORDER BY id) FROM real) = '{"(a,,1,1)"} none {}'
