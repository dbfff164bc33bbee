CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(16), b int DEFAULT 3, c datetime, d varchar(5));
INSERT INTO t (id, b) VALUES (1, NULL), (2, 5);
-- after
CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(16) NOT NULL DEFAULT '', b int NOT NULL DEFAULT 3, c datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, d int NOT NULL DEFAULT 7);
