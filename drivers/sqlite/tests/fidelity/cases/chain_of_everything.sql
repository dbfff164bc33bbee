CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(255) NOT NULL COLLATE NOCASE, name TEXT, created_at DATETIME DEFAULT CURRENT_TIMESTAMP, UNIQUE (email));
CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, title TEXT NOT NULL, body TEXT, published BOOLEAN NOT NULL DEFAULT 0 CHECK (published IN (0, 1)), FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT DEFERRABLE INITIALLY IMMEDIATE);
CREATE INDEX posts_user ON posts (user_id);
CREATE VIEW user_posts AS SELECT u.name, p.title FROM users u JOIN posts p ON p.user_id = u.id;
CREATE VIEW user_counts AS SELECT name, count(*) AS n FROM user_posts GROUP BY name;
CREATE TRIGGER users_touch AFTER UPDATE ON users BEGIN UPDATE users SET created_at = datetime('now') WHERE id = new.id; END;
CREATE TRIGGER posts_count AFTER INSERT ON posts BEGIN UPDATE users SET name = name WHERE id = new.user_id; END;
INSERT INTO users (email, name) VALUES ('a', 'A'), ('b', 'B');
INSERT INTO posts (user_id, title) VALUES (1, 't1'), (2, 't2');

-- after

CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email VARCHAR(255) NOT NULL COLLATE NOCASE, display_name TEXT NOT NULL DEFAULT '', created_at DATETIME DEFAULT CURRENT_TIMESTAMP, role TEXT NOT NULL DEFAULT "user" CHECK (role IN ('user', 'admin')));
CREATE UNIQUE INDEX users_email ON users (email);
CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, title TEXT NOT NULL, slug TEXT GENERATED ALWAYS AS (lower(title)) STORED, published BOOLEAN NOT NULL DEFAULT 0, FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL NOT DEFERRABLE INITIALLY IMMEDIATE);
CREATE INDEX posts_user ON posts (user_id, published);
CREATE INDEX posts_slug ON posts (slug) WHERE published;
CREATE TABLE tags (post_id INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY (post_id, tag)) WITHOUT ROWID;
CREATE VIEW user_posts AS SELECT u.display_name AS name, p.title FROM users u JOIN posts p ON p.user_id = u.id;
CREATE VIEW user_counts AS SELECT name, count(*) AS n FROM user_posts GROUP BY name;
CREATE TRIGGER users_touch AFTER UPDATE ON users BEGIN UPDATE users SET created_at = datetime('now') WHERE id = new.id; END;
CREATE TRIGGER posts_count AFTER INSERT ON posts BEGIN UPDATE users SET role = role WHERE id = new.user_id; END;
