CREATE TABLE base (id integer NOT NULL, name text DEFAULT 'of the base', kind text DEFAULT 'k', made timestamp DEFAULT (now() AT TIME ZONE 'utc'), CONSTRAINT positive CHECK (id > 0));
CREATE TABLE merged (id integer NOT NULL, name text, kind text DEFAULT 'own', made timestamp, CONSTRAINT positive CHECK (id > 0));
ALTER TABLE merged INHERIT base;
CREATE TABLE keyed (word text COLLATE "C" DEFAULT ('a' COLLATE "C"), PRIMARY KEY (id)) INHERITS (base);
CREATE TABLE sure (yes boolean DEFAULT (1 IS NOT NULL), nope boolean DEFAULT (NOT true), within boolean DEFAULT (1 IN (1, 2) OR false));
INSERT INTO merged VALUES (1, 'x', 'y');
-- after
CREATE TABLE base (id integer NOT NULL, name text DEFAULT 'of the base', kind text DEFAULT 'k', made timestamp DEFAULT (now() AT TIME ZONE 'utc'), CONSTRAINT positive CHECK (id > 0));
CREATE TABLE merged (id integer NOT NULL, name text DEFAULT 'now', kind text, made timestamp, CONSTRAINT positive CHECK (id > 0));
ALTER TABLE merged INHERIT base;
CREATE TABLE keyed (word text COLLATE "C" DEFAULT ('b' COLLATE "C"), PRIMARY KEY (id)) INHERITS (base);
CREATE TABLE another (id integer NOT NULL, name text) INHERITS (base);
ALTER TABLE another ALTER COLUMN name DROP DEFAULT;
CREATE TABLE sure (yes boolean DEFAULT (1 IS NULL), nope boolean DEFAULT (NOT false), within boolean DEFAULT (2 IN (1, 2) AND true));
