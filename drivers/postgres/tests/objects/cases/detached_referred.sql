CREATE TABLE whole (id integer NOT NULL, a integer, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF whole FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 PARTITION OF whole FOR VALUES FROM (10) TO (20);
CREATE TABLE refers (id integer REFERENCES part_1 (id), other integer REFERENCES whole);
INSERT INTO whole VALUES (1, 1), (11, -1);
INSERT INTO refers VALUES (1, 11);
-- after
CREATE TABLE whole (id integer NOT NULL, a integer, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE part_1 (id integer NOT NULL, a integer, PRIMARY KEY (id));
CREATE TABLE part_2 PARTITION OF whole FOR VALUES FROM (10) TO (20);
CREATE TABLE refers (id integer REFERENCES part_1 (id), other integer REFERENCES whole);
