CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, KEY seen (a), KEY hidden (b) IGNORED, UNIQUE KEY u (c), KEY other (d) IGNORED);
INSERT INTO t VALUES (1, 2, 3, 4, 5);
-- after
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, d int, KEY seen (a) IGNORED, KEY hidden (b), UNIQUE KEY u (c) IGNORED, KEY other (d, c));
