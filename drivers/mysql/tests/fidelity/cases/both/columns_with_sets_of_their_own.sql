CREATE TABLE t (
  a varchar(30) CHARACTER SET latin1 NOT NULL DEFAULT 'ä',
  b varchar(30) COLLATE utf8mb4_bin,
  c varchar(30),
  d enum('x','ü') CHARACTER SET latin1,
  e text CHARACTER SET ascii
) DEFAULT CHARSET=latin1;
INSERT INTO t VALUES ('ö', '日本', 'ü', 'ü', 'x');

-- after
CREATE TABLE t (
  a varchar(30) CHARACTER SET latin1 NOT NULL DEFAULT 'ä',
  b varchar(30) COLLATE utf8mb4_bin,
  c varchar(30),
  d enum('x','ü') CHARACTER SET latin1,
  e text CHARACTER SET ascii
);
