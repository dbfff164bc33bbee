CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR (255), c "my type", d DECIMAL(10 , 2), e UNSIGNED BIG INT, f DOUBLE PRECISION, g [weird type](3), h CHARACTER VARYING(255), i timestamp with time zone, j int8, k, l ENUM, m tinyint(1), n NVARCHAR(100));

-- after

CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR(255), c "my type", d DECIMAL(10,2), e unsigned big int, f REAL, g [weird type](3), h CHARACTER VARYING(256), i timestamp, j INT8, k BLOB, m TINYINT(1) NOT NULL DEFAULT 0, n NVARCHAR(100));
