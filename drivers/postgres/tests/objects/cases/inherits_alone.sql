CREATE TABLE kept (x integer);
CREATE TABLE z_old_parent (a integer);
CREATE TABLE old_child (c integer) INHERITS (z_old_parent);
-- after
CREATE TABLE kept (x integer);
CREATE TABLE par (a integer);
CREATE TABLE ch (c integer) INHERITS (par);
CREATE TABLE aa_grandchild () INHERITS (ch);
