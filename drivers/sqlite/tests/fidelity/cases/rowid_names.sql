CREATE TABLE t (rowid TEXT, oid INT, b TEXT);
INSERT INTO t VALUES ('x', 1, 'b');

-- after

CREATE TABLE t (_rowid_ TEXT, oid INT, b TEXT NOT NULL);
