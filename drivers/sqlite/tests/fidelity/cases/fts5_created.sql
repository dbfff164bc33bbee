CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
INSERT INTO t VALUES (1,'x');

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
CREATE VIRTUAL TABLE f USING fts5(b, content='t', content_rowid='a', tokenize = 'porter unicode61 remove_diacritics 1');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f(rowid, b) VALUES (new.a, new.b); END;
CREATE TRIGGER t_ad AFTER DELETE ON t BEGIN INSERT INTO f(f, rowid, b) VALUES ('delete', old.a, old.b); END;
