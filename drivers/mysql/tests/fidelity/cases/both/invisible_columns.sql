CREATE TABLE t (a int, b int INVISIBLE, c int);
-- after
CREATE TABLE t (a int INVISIBLE, b int, c int NOT NULL DEFAULT 1 INVISIBLE COMMENT 'x');
