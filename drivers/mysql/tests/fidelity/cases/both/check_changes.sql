CREATE TABLE a (x int, CONSTRAINT one CHECK (x > 0), CONSTRAINT two CHECK (x < 9));
CREATE TABLE b (x int);
-- after
CREATE TABLE a (x int, CONSTRAINT two CHECK (x < 99 AND x <> 5));
CREATE TABLE b (x int, CONSTRAINT one CHECK (x > 0));
