CREATE TABLE t (a INTEGER PRIMARY KEY, b INT, c INT AS (b * 2), d TEXT AS (b || 'x') STORED, e INT GENERATED ALWAYS AS (c + 1) VIRTUAL);
CREATE INDEX i ON t (c);
INSERT INTO t (a, b) VALUES (1, 2);

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b INT, c INT AS (b * 3), d TEXT AS (b || 'x'), e INT, f INT NOT NULL AS (coalesce(b, 0)) STORED, g AS (b));
CREATE INDEX i ON t (c, f);
