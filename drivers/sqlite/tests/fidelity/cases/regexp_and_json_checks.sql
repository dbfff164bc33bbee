CREATE TABLE t (a INTEGER PRIMARY KEY, b JSON CHECK (json_valid(b)), c TEXT CHECK (length(c) BETWEEN 1 AND 10), d TEXT CHECK (CASE WHEN d IS NULL THEN 1 ELSE d <> '' END));
INSERT INTO t VALUES (1, '{}', 'a', NULL);

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b JSON NOT NULL DEFAULT '{}' CHECK (json_valid(b)), c TEXT CHECK (length(c) BETWEEN 1 AND 20), d TEXT CHECK (CASE WHEN d IS NULL THEN 1 ELSE d <> '' END), e TEXT AS (json_extract(b, '$.x')), f TEXT AS (b ->> '$.y') STORED);
CREATE INDEX t_e ON t (e);
CREATE INDEX t_j ON t (json_extract(b, '$.z'), b ->> 'q' COLLATE NOCASE);
