CREATE TABLE t (a int, b varchar(20), g int GENERATED ALWAYS AS (a * 2) VIRTUAL, s int GENERATED ALWAYS AS (a + 1) STORED COMMENT 'kept', l varchar(20) AS (lower(b)) VIRTUAL, KEY (g), KEY (s));
INSERT INTO t (a, b) VALUES (1, 'X');
-- after
CREATE TABLE t (a int, b varchar(20), g bigint GENERATED ALWAYS AS (a * 3) VIRTUAL, s int GENERATED ALWAYS AS (a + 1) VIRTUAL, l varchar(20) AS (upper(b)) STORED, m int AS (a - 1) STORED, KEY (m), KEY s2 (s, a));
