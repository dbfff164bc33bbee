CREATE TABLE t (c INT AS (b + 1), b INT AS (a + 1), a INT, d INT);
INSERT INTO t (a) VALUES (1);

-- after

CREATE TABLE t (d TEXT, c INT AS (b + 2), b INT AS (a + 2) STORED, a INT, e AS (c || d) VIRTUAL UNIQUE);
