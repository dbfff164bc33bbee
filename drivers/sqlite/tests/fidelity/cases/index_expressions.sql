CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT);
CREATE INDEX i1 ON t (lower(b));
CREATE INDEX i2 ON t ((b || c) COLLATE NOCASE DESC, a);
CREATE INDEX i3 ON t (b COLLATE NOCASE) WHERE (c IS NOT NULL);
CREATE UNIQUE INDEX i4 ON t (b ASC, c DESC) WHERE c > 'x' AND b <> "q";
CREATE INDEX i5 ON t ((lower(b)), b || c);
CREATE INDEX i6 ON t (b + 1, c);
CREATE INDEX i7 ON t ("b", [c], `a`);
INSERT INTO t VALUES (1,'x','y');

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT, d INT CHECK (d > 0));
CREATE INDEX i1 ON t (upper(b));
CREATE INDEX i2 ON t ((b || c) COLLATE RTRIM DESC, a);
CREATE INDEX i3 ON t (b COLLATE NOCASE) WHERE c IS NOT NULL;
CREATE UNIQUE INDEX i4 ON t (b ASC, c) WHERE c > 'x' AND b <> "q";
CREATE INDEX i5 ON t (lower(b), b || c);
CREATE INDEX i6 ON t (b + 1, c) WHERE ((a > 0));
CREATE INDEX i7 ON t ("b", [c], `a` DESC);
