CREATE DOMAIN sum AS integer CHECK (VALUE >= 0);
CREATE TYPE place AS (name text, "No" integer, owed sum);
CREATE TABLE places OF place (name WITH OPTIONS DEFAULT 'x', PRIMARY KEY ("No"));
CREATE TABLE others OF place;
INSERT INTO places VALUES ('a', 1, 5);
CREATE VIEW owing AS SELECT name FROM places WHERE owed > 0;
-- after
CREATE DOMAIN sum AS bigint CHECK (VALUE >= 0);
CREATE TYPE place AS (name text, "No" bigint, owed sum, more text);
CREATE TABLE places OF place (name WITH OPTIONS DEFAULT 'x', PRIMARY KEY ("No"));
CREATE TABLE others OF place;
CREATE VIEW owing AS SELECT name FROM places WHERE owed > 0;
-- holds (SELECT owed FROM places WHERE "No" = 1) = 5
