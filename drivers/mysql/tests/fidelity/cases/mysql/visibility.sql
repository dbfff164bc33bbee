CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, KEY seen (a), KEY hidden (b) INVISIBLE, UNIQUE KEY u (c), KEY other (d) INVISIBLE);
INSERT INTO t VALUES (1, 2, 3, 4, 5);
-- after
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, KEY seen (a) INVISIBLE, KEY hidden (b), UNIQUE KEY u (c) INVISIBLE, KEY other (d, c));
