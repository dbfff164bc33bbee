CREATE TABLE t (a INTEGER PRIMARY KEY, b INT CHECK ((b > 0)), c INT CHECK (((c > 0))), d INT AS ((b + c)), e INT GENERATED ALWAYS AS (((b))) STORED);
INSERT INTO t (a, b, c) VALUES (1, 1, 1);

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b INT CHECK (b > 0), c INT CHECK (c > 0), d INT AS (b + c), e INT GENERATED ALWAYS AS ((b)) STORED, f INT CHECK ((f)));
