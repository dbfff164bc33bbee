CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
CREATE VIRTUAL TABLE t_fts USING fts5(b, content=t, content_rowid=a);
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO t_fts(rowid, b) VALUES (new.a, new.b); END;
CREATE TRIGGER t_au AFTER UPDATE ON t BEGIN INSERT INTO t_fts(t_fts, rowid, b) VALUES ('delete', old.a, old.b); INSERT INTO t_fts(rowid, b) VALUES (new.a, new.b); END;
INSERT INTO t VALUES (1,'x');

-- after

CREATE TABLE n (a INTEGER PRIMARY KEY, b TEXT, c TEXT);
CREATE VIRTUAL TABLE n_fts USING fts5(b, c, content=n, content_rowid=a);
CREATE TRIGGER t_ai AFTER INSERT ON n BEGIN INSERT INTO n_fts(rowid, b, c) VALUES (new.a, new.b, new.c); END;
CREATE TRIGGER t_au AFTER UPDATE ON n BEGIN INSERT INTO n_fts(n_fts, rowid, b, c) VALUES ('delete', old.a, old.b, old.c); INSERT INTO n_fts(rowid, b, c) VALUES (new.a, new.b, new.c); END;
