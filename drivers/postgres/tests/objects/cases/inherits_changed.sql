CREATE TABLE parent (id integer NOT NULL, name text DEFAULT 'x', CONSTRAINT named CHECK (name <> ''));
CREATE TABLE leaves (own text) INHERITS (parent);
CREATE TABLE comes (id integer NOT NULL, name text DEFAULT 'x', own text, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE other (id integer NOT NULL, name text);
CREATE TABLE changes (own text) INHERITS (parent);
INSERT INTO leaves VALUES (1, 'a', 'b');
INSERT INTO comes VALUES (1, 'a', 'b');
INSERT INTO changes VALUES (1, 'a', 'b');
-- after
CREATE TABLE parent (id integer NOT NULL, name text DEFAULT 'x', new integer, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE leaves (id integer NOT NULL, name varchar(10) DEFAULT 'y', own text, more integer);
CREATE TABLE comes (id integer NOT NULL, name text DEFAULT 'x', new integer, own varchar(20), CONSTRAINT named CHECK (name <> ''));
ALTER TABLE comes INHERIT parent;
CREATE TABLE other (id integer NOT NULL, name text);
CREATE TABLE changes (id integer NOT NULL, name text, own text);
ALTER TABLE changes INHERIT other;
