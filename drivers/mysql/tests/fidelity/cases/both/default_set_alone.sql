CREATE TABLE t (a varchar(30), b text, c varchar(5) COLLATE utf8mb4_bin, d int) DEFAULT CHARSET=latin1;
INSERT INTO t VALUES ('ö', 'ü', 'a', 1);
CREATE TABLE u (a varchar(30)) DEFAULT CHARSET=latin2;

-- after
CREATE TABLE t (a varchar(30), b text, c varchar(5) COLLATE utf8mb4_bin, d int) DEFAULT CHARSET=latin1;
ALTER TABLE t DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE u (a varchar(30)) DEFAULT CHARSET=latin2;
ALTER TABLE u DEFAULT CHARSET=cp1250, ADD COLUMN b varchar(3);
