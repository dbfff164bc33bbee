CREATE TABLE t (a int, b int, c int, d int, e int);
INSERT INTO t VALUES (1, 2, 3, 4, 5);
-- after
CREATE TABLE t (n1 int, e int, a int, n2 varchar(3), d bigint, c int, n3 int, n4 int);
