CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, state INT DEFAULT 0);
CREATE VIRTUAL TABLE found USING fts5(title, body, content='docs', content_rowid='id', tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER docs_ai AFTER INSERT ON docs BEGIN
  INSERT INTO found (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER docs_ad AFTER DELETE ON docs BEGIN
  INSERT INTO found (found, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER docs_au AFTER UPDATE OF title, body ON docs BEGIN
  INSERT INTO found (found, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  INSERT INTO found (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
INSERT INTO docs VALUES (1, 'one', 'first', 0), (2, 'two', 'second', 1);

-- after

CREATE TABLE docs (id INTEGER PRIMARY KEY, title VARCHAR(200) NOT NULL CHECK (title <> ''), body TEXT DEFAULT '', state TEXT DEFAULT 'new');
CREATE INDEX docs_state ON docs (state) WHERE state <> 'gone';
CREATE VIRTUAL TABLE found USING fts5(title, body, content='docs', content_rowid='id', tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER docs_ai AFTER INSERT ON docs BEGIN
  INSERT INTO found (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER docs_ad AFTER DELETE ON docs BEGIN
  INSERT INTO found (found, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER docs_au AFTER UPDATE OF title, body ON docs WHEN new.state <> 'gone' BEGIN
  INSERT INTO found (found, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  INSERT INTO found (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
