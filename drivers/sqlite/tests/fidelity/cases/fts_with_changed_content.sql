CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
CREATE VIRTUAL TABLE f USING fts5(b, content='t', content_rowid='a');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f(rowid, b) VALUES (new.a, new.b); END;
INSERT INTO t VALUES (1,'x');

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL, c INT);
CREATE VIRTUAL TABLE f USING fts5(b, content='t', content_rowid='a');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f(rowid, b) VALUES (new.a, new.b); END;
