CREATE TABLE whole (a integer CONSTRAINT a_is_there NOT NULL, b integer NOT NULL);
CREATE TABLE child (a integer NOT NULL, b integer) INHERITS (whole);
CREATE TABLE other (a integer, b integer CONSTRAINT b_too NOT NULL, c integer) INHERITS (whole);
CREATE TABLE copied (LIKE whole);
CREATE TABLE u (b integer CONSTRAINT u_a_not_null NOT NULL, a integer, c integer NOT NULL);
-- after
CREATE TABLE whole (a integer CONSTRAINT a_is_there NOT NULL, b integer NOT NULL);
CREATE TABLE child (a integer NOT NULL, b integer) INHERITS (whole);
ALTER TABLE child NO INHERIT whole;
CREATE TABLE other (a integer NOT NULL, b integer NOT NULL, c integer);
CREATE TABLE copied (LIKE whole);
CREATE TABLE again (LIKE copied);
CREATE TABLE u (b integer CONSTRAINT u_a_not_null NOT NULL, a integer NOT NULL, c integer NOT NULL, CONSTRAINT u_d_not_null CHECK (a > 0), d integer NOT NULL);
