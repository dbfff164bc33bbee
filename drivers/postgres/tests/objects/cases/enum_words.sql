CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN fine AS mood DEFAULT 'ok' CHECK (VALUE <> 'sad');
CREATE DOMAIN many AS mood[];
CREATE TYPE pair AS (left_one mood, right_one fine, rest many, note text);
COMMENT ON TYPE pair IS 'two';
CREATE FUNCTION better(mood, mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select $1 > $2 $$;
CREATE OPERATOR >>> (LEFTARG = mood, RIGHTARG = mood, FUNCTION = better);
CREATE FUNCTION first_mood() RETURNS mood LANGUAGE sql AS $$ select 'sad'::mood $$;
CREATE FUNCTION next_id(mood DEFAULT 'ok') RETURNS integer LANGUAGE sql AS $$ select 1 $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
CREATE TABLE u (
    id integer PRIMARY KEY DEFAULT next_id('sad'),
    m mood DEFAULT first_mood() NOT NULL,
    ms mood[] DEFAULT '{ok}',
    f fine,
    fs fine[],
    p pair,
    ps pair[],
    x many,
    is_ok boolean GENERATED ALWAYS AS (m = 'ok') STORED CHECK (is_ok OR id > -1),
    UNIQUE (id, m),
    CHECK (m <> 'sad' OR id > -2),
    CHECK (better('ok', 'sad') OR id > -3)
);
CREATE INDEX u_ok ON u (is_ok);
CREATE UNIQUE INDEX u_m ON u (m, id) WHERE m > 'sad';
CREATE INDEX u_p ON u (((p).left_one));
CREATE TABLE r (id integer, m mood, FOREIGN KEY (id, m) REFERENCES u (id, m));
CREATE TABLE parts (id integer, m mood DEFAULT 'ok') PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
ALTER TABLE part ALTER COLUMN m SET DEFAULT 'sad';
CREATE TABLE above (m mood, n mood DEFAULT 'ok');
CREATE TABLE below (k integer) INHERITS (above);
CREATE TABLE typed OF pair;
CREATE VIEW v AS SELECT m, f, (p).left_one FROM u WHERE m > 'sad';
COMMENT ON VIEW v IS 'not sad';
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM v GROUP BY m;
CREATE INDEX mv_m ON mv (m);
CREATE VIEW oks AS SELECT is_ok FROM u;
CREATE FUNCTION moods() RETURNS SETOF v LANGUAGE sql AS $$ select * from v $$;
CREATE TRIGGER on_mood BEFORE UPDATE OF m ON u FOR EACH ROW WHEN (new.m > 'sad') EXECUTE FUNCTION touch();
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON u USING (m <> 'sad');
INSERT INTO u (id, m, ms, f, fs, p, ps, x) VALUES
    (1, 'ok', '{ok,sad}', 'ok', '{ok}', ROW('sad', 'ok', '{ok,sad}', 'a, "b"'), ARRAY[ROW('sad', 'ok', NULL, 'c')]::pair[], '{sad}');
INSERT INTO r VALUES (1, 'ok');
INSERT INTO parts VALUES (1, 'ok');
INSERT INTO below VALUES ('ok', 'sad', 1);
INSERT INTO typed VALUES ('sad', 'ok', '{ok}', 'n');

-- after
CREATE TYPE mood AS ENUM ('sad', 'meh', 'ok', 'zen');
CREATE DOMAIN fine AS mood DEFAULT 'ok' CHECK (VALUE <> 'sad');
CREATE DOMAIN many AS mood[];
CREATE TYPE pair AS (left_one mood, right_one fine, rest many, note text);
COMMENT ON TYPE pair IS 'two';
CREATE FUNCTION better(mood, mood) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select $1 > $2 $$;
CREATE OPERATOR >>> (LEFTARG = mood, RIGHTARG = mood, FUNCTION = better);
CREATE FUNCTION first_mood() RETURNS mood LANGUAGE sql AS $$ select 'sad'::mood $$;
CREATE FUNCTION next_id(mood DEFAULT 'ok') RETURNS integer LANGUAGE sql AS $$ select 1 $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
CREATE TABLE u (
    id integer PRIMARY KEY DEFAULT next_id('sad'),
    m mood DEFAULT first_mood() NOT NULL,
    ms mood[] DEFAULT '{ok}',
    f fine,
    fs fine[],
    p pair,
    ps pair[],
    x many,
    is_ok boolean GENERATED ALWAYS AS (m = 'ok') STORED CHECK (is_ok OR id > -1),
    UNIQUE (id, m),
    CHECK (m <> 'sad' OR id > -2),
    CHECK (better('ok', 'sad') OR id > -3)
);
CREATE INDEX u_ok ON u (is_ok);
CREATE UNIQUE INDEX u_m ON u (m, id) WHERE m > 'sad';
CREATE INDEX u_p ON u (((p).left_one));
CREATE TABLE r (id integer, m mood, FOREIGN KEY (id, m) REFERENCES u (id, m));
CREATE TABLE parts (id integer, m mood DEFAULT 'ok') PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
ALTER TABLE part ALTER COLUMN m SET DEFAULT 'sad';
CREATE TABLE above (m mood, n mood DEFAULT 'ok');
CREATE TABLE below (k integer) INHERITS (above);
CREATE TABLE typed OF pair;
CREATE VIEW v AS SELECT m, f, (p).left_one FROM u WHERE m > 'sad';
COMMENT ON VIEW v IS 'not sad';
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM v GROUP BY m;
CREATE INDEX mv_m ON mv (m);
CREATE VIEW oks AS SELECT is_ok FROM u;
CREATE FUNCTION moods() RETURNS SETOF v LANGUAGE sql AS $$ select * from v $$;
CREATE TRIGGER on_mood BEFORE UPDATE OF m ON u FOR EACH ROW WHEN (new.m > 'sad') EXECUTE FUNCTION touch();
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON u USING (m <> 'sad');
