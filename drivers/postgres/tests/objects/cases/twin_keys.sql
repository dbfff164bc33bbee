CREATE TABLE aa (id integer PRIMARY KEY, a integer, b integer);
ALTER TABLE aa ADD UNIQUE (id);
ALTER TABLE aa ADD CONSTRAINT u1 UNIQUE (a, b), ADD CONSTRAINT u2 UNIQUE (a, b), ADD CONSTRAINT u3 UNIQUE (b, a);
CREATE TABLE plain (id integer PRIMARY KEY, a integer);
INSERT INTO aa VALUES (1, 2, 3);
-- after
CREATE TABLE aa (id integer PRIMARY KEY, a integer, b integer);
ALTER TABLE aa ADD CONSTRAINT u2 UNIQUE (a, b);
CREATE TABLE plain (id integer PRIMARY KEY, a integer UNIQUE);
ALTER TABLE plain ADD UNIQUE (id), ADD CONSTRAINT again UNIQUE (a);
CREATE TABLE whole (id integer, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
ALTER TABLE whole ADD CONSTRAINT twice UNIQUE (id, at);
CREATE TABLE whole_a PARTITION OF whole FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
