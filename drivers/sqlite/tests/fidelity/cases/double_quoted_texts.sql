CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT "text", c TEXT CHECK (c <> "it""s" OR c = "b"), d TEXT DEFAULT ('x' || 'y'));
CREATE TABLE log (a, b);
CREATE INDEX i ON t (b) WHERE c <> "nope";
CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a, "a text"); END;
INSERT INTO t VALUES (1, 'x', 'y', 'z');

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT "other", c TEXT CHECK (c <> "it""s" OR c = "b"), d VARCHAR DEFAULT ('x' || 'z'), e TEXT NOT NULL DEFAULT "e");
CREATE TABLE log (a, b);
CREATE INDEX i ON t (b) WHERE c <> "never";
CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a, "another text"); END;
