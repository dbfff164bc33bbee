CREATE TABLE t (u uuid, i inet6, c text COMPRESSED, a int CHECK (a > 2), b int, j json, KEY ig (b) IGNORED, KEY ds (b DESC));
CREATE TABLE o (a int) PAGE_COMPRESSED=1;
CREATE TABLE p (id int NOT NULL PRIMARY KEY);
CREATE TABLE q (p int, CONSTRAINT q_p FOREIGN KEY (p) REFERENCES p (id) ON DELETE NO ACTION);
-- after
CREATE TABLE t (u uuid NOT NULL DEFAULT uuid(), i varchar(45), c text, a int, b int CHECK (b <> 0), j json CHECK (json_valid(j)), k json NOT NULL DEFAULT '{}', KEY ig (b), KEY ds (b));
CREATE TABLE o (a int);
CREATE TABLE p (id int NOT NULL PRIMARY KEY);
CREATE TABLE q (p int, CONSTRAINT q_p FOREIGN KEY (p) REFERENCES p (id));
