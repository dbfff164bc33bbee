CREATE TABLE t (a INT, b INT, UNIQUE (a, b));

-- after

CREATE TABLE t (a INT, b INT, UNIQUE (b, a));
