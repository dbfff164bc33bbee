CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INT REFERENCES tree(id) ON DELETE CASCADE, n TEXT);
CREATE TRIGGER g AFTER DELETE ON tree BEGIN UPDATE tree SET n = 'x' WHERE parent = old.id; END;
CREATE VIEW roots AS SELECT * FROM tree WHERE parent IS NULL;
CREATE VIEW leaves AS SELECT r.id, t.n FROM roots r JOIN tree t ON t.parent = r.id;
INSERT INTO tree VALUES (1,NULL,'a'),(2,1,'b');

-- after

CREATE TABLE tree (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES tree(id) ON DELETE SET NULL, n TEXT NOT NULL DEFAULT '');
CREATE TRIGGER g AFTER DELETE ON tree BEGIN UPDATE tree SET n = 'x' WHERE parent = old.id; END;
CREATE VIEW roots AS SELECT * FROM tree WHERE parent IS NULL;
CREATE VIEW leaves AS SELECT r.id, t.n FROM roots r JOIN tree t ON t.parent = r.id;
