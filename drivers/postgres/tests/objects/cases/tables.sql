CREATE TABLE loud (id integer, "Upper" text, "select" text) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
CREATE UNLOGGED TABLE quick (id integer);
CREATE TABLE nothing ();
CREATE TABLE replicated (id integer);
ALTER TABLE replicated REPLICA IDENTITY FULL;
ALTER TABLE replicated ENABLE ROW LEVEL SECURITY;
CREATE TABLE "a.b ""c'; --" ("x.y ""z'; --" integer CONSTRAINT "k.""'" CHECK ("x.y ""z'; --" > 0));
COMMENT ON TABLE "a.b ""c'; --" IS 'x''y\z';
INSERT INTO loud VALUES (1, 'a', 'b');

-- after
CREATE TABLE loud (id integer, "Upper" text, "select" text) WITH (fillfactor = 80, toast.vacuum_truncate = false);
CREATE TABLE quick (id integer);
CREATE TABLE nothing (something integer);
CREATE TABLE replicated (id integer);
ALTER TABLE replicated REPLICA IDENTITY NOTHING;
ALTER TABLE replicated FORCE ROW LEVEL SECURITY;
CREATE TABLE "a.b ""c'; --" ("x.y ""z'; --" bigint CONSTRAINT "k.""'" CHECK ("x.y ""z'; --" > 1));
