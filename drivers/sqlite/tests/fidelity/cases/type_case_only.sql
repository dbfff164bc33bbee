CREATE TABLE t (a INTEGER PRIMARY KEY, b varchar(10), c json);

-- after

CREATE TABLE t (a integer primary key, b VARCHAR(10), c JSON);
