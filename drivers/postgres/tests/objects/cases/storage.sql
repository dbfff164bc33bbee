CREATE DOMAIN mail AS varchar(20);
CREATE DOMAIN price AS numeric;
CREATE TYPE pair AS (a integer, b text);
CREATE TABLE t (id integer PRIMARY KEY, m mail, p price, c pair, r int4range);
ALTER TABLE t ALTER m SET STORAGE EXTERNAL, ALTER p SET STORAGE EXTERNAL, ALTER c SET STORAGE MAIN, ALTER r SET STORAGE EXTERNAL;
INSERT INTO t VALUES (1, 'a', 2, ROW(1, 'x'), '[1,2)');
-- after
CREATE DOMAIN mail AS varchar(20);
CREATE DOMAIN price AS numeric;
CREATE TYPE pair AS (a integer, b text);
CREATE TABLE t (id integer PRIMARY KEY, m mail, p price, c pair, r int4range);
