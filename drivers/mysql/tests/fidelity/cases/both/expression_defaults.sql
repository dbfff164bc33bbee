CREATE TABLE t (a varchar(36) DEFAULT (uuid()), b int DEFAULT (1 + 2), c text DEFAULT ('x'), d date DEFAULT (curdate()), e int DEFAULT (5));
-- after
CREATE TABLE t (a varchar(36), b int DEFAULT (2 * 3), c text DEFAULT (concat('a', 'b')), d date DEFAULT ('2020-01-01'), e int DEFAULT 5, f double DEFAULT (pi()));
