CREATE TABLE whole (a integer CONSTRAINT a_is_there NOT NULL, b integer NOT NULL);
CREATE TABLE child (a integer NOT NULL, b integer) INHERITS (whole);
CREATE TABLE other (a integer, b integer CONSTRAINT b_too NOT NULL, c integer) INHERITS (whole);
CREATE TABLE copied (LIKE whole);
-- after
CREATE TABLE whole (a integer CONSTRAINT a_is_there NOT NULL, b integer NOT NULL);
CREATE TABLE child (a integer NOT NULL, b integer) INHERITS (whole);
ALTER TABLE child NO INHERIT whole;
CREATE TABLE other (a integer NOT NULL, b integer NOT NULL, c integer);
CREATE TABLE copied (LIKE whole);
CREATE TABLE again (LIKE copied);
