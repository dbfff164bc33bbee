CREATE EXTENSION btree_gist;
CREATE TABLE parent (a integer, b integer, "Odd ""name" text, c integer, CONSTRAINT parent_key PRIMARY KEY (a, b) INCLUDE (c) WITH (fillfactor = 80));
CREATE TABLE child (
    id integer CONSTRAINT child_pkey PRIMARY KEY,
    a integer,
    b integer,
    mail text CONSTRAINT child_mail UNIQUE NULLS NOT DISTINCT,
    during tsrange,
    room integer,
    CONSTRAINT child_parent FOREIGN KEY (a, b) REFERENCES parent MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL (b) DEFERRABLE,
    CONSTRAINT child_positive CHECK (id > 0) NO INHERIT,
    CONSTRAINT child_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0),
    CONSTRAINT child_room UNIQUE (room) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT child_ab UNIQUE (a, b)
);
ALTER TABLE child ADD CONSTRAINT child_later CHECK (a > -100) NOT VALID;
ALTER TABLE child ADD CONSTRAINT child_self FOREIGN KEY (room) REFERENCES child (id) ON DELETE RESTRICT NOT VALID;
COMMENT ON CONSTRAINT child_positive ON child IS 'positive';
COMMENT ON CONSTRAINT child_parent ON child IS 'parent';
INSERT INTO parent VALUES (1, 2, 'x', 3);
INSERT INTO child VALUES (1, 1, 2, 'm', '[2020-01-01,2020-01-02)', NULL);

-- after
CREATE EXTENSION btree_gist;
CREATE TABLE parent (a integer, b integer, "Odd ""name" text, c integer, CONSTRAINT parent_key PRIMARY KEY (a, b));
CREATE TABLE child (
    id integer CONSTRAINT child_pkey PRIMARY KEY,
    a integer,
    b integer,
    mail text CONSTRAINT child_mail UNIQUE,
    during tsrange,
    room integer,
    CONSTRAINT child_parent FOREIGN KEY (a, b) REFERENCES parent ON DELETE CASCADE INITIALLY DEFERRED,
    CONSTRAINT child_positive CHECK (id > 0),
    CONSTRAINT child_overlap EXCLUDE USING gist (during WITH &&) WITH (fillfactor = 70) DEFERRABLE,
    CONSTRAINT child_ba UNIQUE (b, a),
    CONSTRAINT child_later CHECK (a > -100)
);
ALTER TABLE child ADD CONSTRAINT child_self FOREIGN KEY (room) REFERENCES child (id) ON DELETE RESTRICT;
COMMENT ON CONSTRAINT child_parent ON child IS 'parents';
