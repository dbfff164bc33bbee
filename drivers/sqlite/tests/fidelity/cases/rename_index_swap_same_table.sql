CREATE TABLE t (a INT, b INT);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b);

-- after

CREATE TABLE t (a INT, b INT);
CREATE INDEX i ON t (b);
CREATE INDEX j ON t (a);
