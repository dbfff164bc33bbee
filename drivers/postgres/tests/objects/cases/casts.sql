CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE kind AS ENUM ('one', 'two');
CREATE TYPE addr AS (street text, zip varchar(10));
CREATE TABLE u (
    id integer PRIMARY KEY,
    m mood DEFAULT 'ok',
    ms mood[],
    k kind DEFAULT 'two' CHECK (k <> 'one' OR id > 0),
    a addr,
    "as" addr[],
    c bytea DEFAULT '\x00',
    d time,
    i integer,
    r int4range,
    ints integer[],
    b boolean,
    n varchar(9),
    t text
);
CREATE VIEW v AS SELECT k, (a).street FROM u;
INSERT INTO u VALUES (1, 'ok', '{sad,NULL}', 'two', ROW('x, y', NULL), ARRAY[ROW('a', 'b')]::addr[], '\xff', '10:00', 5, '[1,4)', '{1}', true, '12', '{1}');
-- after
CREATE SCHEMA app;
CREATE TYPE app.feeling AS ENUM ('sad', 'ok');
CREATE TYPE kind AS ENUM ('one', '2');
CREATE TYPE address AS (street text, zip varchar(10));
CREATE TABLE u (
    id integer PRIMARY KEY,
    m app.feeling DEFAULT 'ok',
    ms app.feeling[],
    k kind DEFAULT '2' CHECK (k <> 'one' OR id > 0),
    a address,
    "as" address[],
    c text DEFAULT 'x',
    d interval,
    i bit(8),
    r int8range,
    ints bigint[],
    b integer,
    n integer,
    t text[]
);
CREATE VIEW v AS SELECT k, (a).street FROM u;
