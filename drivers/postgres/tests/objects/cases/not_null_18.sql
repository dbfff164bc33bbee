CREATE EXTENSION btree_gist;
CREATE TABLE t (
    id integer PRIMARY KEY,
    a integer CONSTRAINT a_is_there NOT NULL,
    b integer NOT NULL NO INHERIT,
    c integer,
    d integer NOT NULL,
    e integer GENERATED ALWAYS AS (id * 2) VIRTUAL,
    f integer CONSTRAINT f_of_old NOT NULL
);
ALTER TABLE t ADD CONSTRAINT c_is_there NOT NULL c NOT VALID;
ALTER TABLE t ADD CONSTRAINT loose CHECK (a > 0) NOT ENFORCED;
CREATE TABLE rooms (id integer, during tsrange, CONSTRAINT rooms_key PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE stays (room integer, during tsrange, CONSTRAINT stays_room FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during));
INSERT INTO t (id, a, b, c, d, f) VALUES (1, 1, 1, 1, 1, 1);

-- after
CREATE EXTENSION btree_gist;
CREATE TABLE t (
    id integer PRIMARY KEY,
    a integer CONSTRAINT a_must_be_there NOT NULL,
    b integer NOT NULL,
    c integer CONSTRAINT c_is_there NOT NULL,
    d integer CONSTRAINT d_is_there NOT NULL,
    e integer GENERATED ALWAYS AS (id * 3) VIRTUAL,
    g integer DEFAULT 0 CONSTRAINT f_of_old NOT NULL
);
ALTER TABLE t ADD CONSTRAINT loose CHECK (a > 0);
CREATE TABLE rooms (id integer, during tsrange, CONSTRAINT rooms_key UNIQUE (id, during WITHOUT OVERLAPS));
CREATE TABLE stays (room integer, during tsrange);
