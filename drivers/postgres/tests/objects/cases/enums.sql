CREATE SCHEMA shop;
CREATE TYPE state AS ENUM ('open', 'paid', 'it''s void', 'gone');
CREATE TYPE shop.size AS ENUM ('s', 'm', 'l');
CREATE TYPE empty AS ENUM ();
COMMENT ON TYPE state IS 'states';
CREATE TABLE orders (
    id integer PRIMARY KEY,
    state state DEFAULT 'open'::state NOT NULL,
    was state[] DEFAULT '{open}'::state[],
    size shop.size,
    CONSTRAINT orders_state CHECK ((state <> 'it''s void'::state) OR (id > 100))
);
CREATE INDEX orders_open ON orders (id) WHERE (state = 'open'::state);
CREATE INDEX orders_state ON orders (state);
INSERT INTO orders VALUES (1, 'open', '{open,paid}', 's'), (2, 'paid', NULL, 'l');

-- after
CREATE SCHEMA shop;
CREATE TYPE state AS ENUM ('paid', 'open', 'sent', 'it''s void');
CREATE TYPE shop.size AS ENUM ('xs', 's', 'm', 'l', 'xl');
CREATE TYPE fresh AS ENUM ('x');
COMMENT ON TYPE state IS 'states';
CREATE TABLE orders (
    id integer PRIMARY KEY,
    state state DEFAULT 'sent'::state NOT NULL,
    was state[] DEFAULT '{open}'::state[],
    size shop.size DEFAULT 'xl'::shop.size,
    CONSTRAINT orders_state CHECK ((state <> 'it''s void'::state) OR (id > 100)),
    fresh fresh
);
CREATE INDEX orders_open ON orders (id) WHERE (state = 'open'::state);
CREATE INDEX orders_state ON orders (state);
