CREATE TABLE a (a varchar(10), b text, c varchar(5) CHARACTER SET latin1, d char(3) COLLATE utf8mb4_bin, e enum('x') , f int) DEFAULT CHARSET=utf8mb4;
CREATE TABLE b (a varchar(10), b text) DEFAULT CHARSET=latin1;
CREATE TABLE c (a varchar(10), b text) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE d (a varchar(10), b text);
INSERT INTO a (a, b) VALUES ('x', 'y');
-- after
CREATE TABLE a (a varchar(10), b text, c varchar(5), d char(3) CHARACTER SET latin1, e enum('x'), f int) DEFAULT CHARSET=latin1 COLLATE=latin1_bin;
CREATE TABLE b (a varchar(10), b text CHARACTER SET latin1) DEFAULT CHARSET=utf8mb4;
CREATE TABLE c (a varchar(10), b text) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE d (a varchar(10) COLLATE utf8mb4_unicode_ci, b text) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
