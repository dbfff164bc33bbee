CREATE TABLE p (id int NOT NULL PRIMARY KEY, x int);
CREATE TABLE t (a int, b int, c int, d int, KEY k1 (a,b), UNIQUE KEY k2 (b,c), KEY k3 (d), CONSTRAINT f FOREIGN KEY (d) REFERENCES p (id));
INSERT INTO p VALUES (1, 1);
INSERT INTO t VALUES (1, 2, 3, 1);
-- after
CREATE TABLE p (id int NOT NULL PRIMARY KEY, x int);
CREATE TABLE t (a int, c int, KEY k1 (a), UNIQUE KEY k2 (c));
