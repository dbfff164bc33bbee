CREATE TABLE t (a, b, c);
CREATE INDEX i ON t (a);
INSERT INTO t VALUES (1,'2',x'03');

-- after

CREATE TABLE t (a INTEGER, c, d, b TEXT);
CREATE INDEX i ON t (a, c);
