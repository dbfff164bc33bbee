CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT CHECK (b IN ("x", "y")), c TEXT CHECK (c LIKE '%''%' OR c GLOB "[a-z]*"));
INSERT INTO t VALUES (1, 'x', 'a');

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT CHECK (b IN ("x", "y", "z")), c TEXT CHECK (c LIKE '%''%' OR c GLOB "[a-z]*"));
