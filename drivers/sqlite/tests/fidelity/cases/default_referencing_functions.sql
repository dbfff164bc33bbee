CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))), at INTEGER NOT NULL DEFAULT (strftime('%s','now')), u TEXT DEFAULT (abs(random()) || '-' || 'x'));
INSERT INTO t (id) VALUES ('a');

-- after

CREATE TABLE t (id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))), at INTEGER NOT NULL DEFAULT (unixepoch()), u TEXT NOT NULL DEFAULT (abs(random()) || '-' || 'x'), n TEXT DEFAULT (datetime('now', 'localtime')));
