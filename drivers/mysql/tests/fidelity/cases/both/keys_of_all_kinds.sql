CREATE TABLE p (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, k int, v varchar(50), UNIQUE KEY k_key (k));
CREATE TABLE t (
  id int NOT NULL, a int, b varchar(100), c text, fk bigint, fk2 bigint NOT NULL, g geometry NOT NULL,
  PRIMARY KEY (id) COMMENT 'the key', UNIQUE KEY u1 (a,b), UNIQUE KEY u2 (b(10)), KEY k1 (b(5),a), KEY k2 (a) COMMENT 'index', KEY k3 (a) USING BTREE,
  FULLTEXT KEY ft (b,c), SPATIAL KEY sp (g), KEY kc (c(20)),
  CONSTRAINT f1 FOREIGN KEY (fk) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL,
  FOREIGN KEY (fk2) REFERENCES p (id), CONSTRAINT c1 CHECK (a > 0), CHECK (a < 1000000)
);
INSERT INTO p (k, v) VALUES (1, 'x');
INSERT INTO t (id, a, b, c, fk, fk2, g) VALUES (1, 1, 'x', 'y', 1, 1, ST_GeomFromText('POINT(1 1)'));
-- after
CREATE TABLE p (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, k int, v varchar(50), UNIQUE KEY k_key (k, v), KEY (v));
CREATE TABLE q (id bigint NOT NULL PRIMARY KEY, p bigint, CONSTRAINT q_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL);
CREATE TABLE t (
  id int NOT NULL, a int, b varchar(100), c text, fk bigint, fk2 bigint, g geometry NOT NULL,
  PRIMARY KEY (id), UNIQUE KEY u1 (b,a), KEY u2 (b(12)), KEY k1 (a,b(6)), UNIQUE KEY k2 (a,id), KEY k3 (a),
  FULLTEXT KEY ft (c), KEY kn (fk2, a),
  CONSTRAINT f1 FOREIGN KEY (fk) REFERENCES p (id) ON DELETE RESTRICT,
  CONSTRAINT f2 FOREIGN KEY (fk2) REFERENCES p (id) ON UPDATE CASCADE, CONSTRAINT c1 CHECK (a >= 0), CONSTRAINT c2 CHECK (b <> '')
);
