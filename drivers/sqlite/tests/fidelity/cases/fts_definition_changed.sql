CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
CREATE VIRTUAL TABLE f USING fts5(b, content='t', content_rowid='a');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f(rowid, b) VALUES (new.a, new.b); END;

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT);
CREATE VIRTUAL TABLE f USING fts5(b, c, content='t', content_rowid='a');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f(rowid, b, c) VALUES (new.a, new.b, new.c); END;
