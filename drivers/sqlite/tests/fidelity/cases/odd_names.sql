CREATE TABLE "order" ("select" INTEGER PRIMARY KEY, "a b" TEXT, "it's" TEXT, "q""q" INT, [br]  TEXT, `bt` TEXT, "ünï" TEXT, "1st" INT, "limit" INT CHECK ("limit" > 0));
CREATE INDEX "my index" ON "order" ("a b", "q""q");
CREATE VIEW "my view" AS SELECT "a b" AS "x y" FROM "order";
CREATE TRIGGER "my trig" AFTER INSERT ON "order" BEGIN UPDATE "order" SET "it's" = 'x' WHERE "select" = new."select"; END;
INSERT INTO "order" ("select") VALUES (1);

-- after

CREATE TABLE "order" ("select" INTEGER PRIMARY KEY, "a b" TEXT NOT NULL DEFAULT '', "it's" VARCHAR (10), "q""q" INT UNIQUE, [br]  TEXT, `bt` TEXT, "ünï" TEXT, "limit" INT CHECK ("limit" >= 0), "group" TEXT);
CREATE INDEX "my index" ON "order" ("a b", "q""q" DESC);
CREATE VIEW "my view" AS SELECT "a b" AS "x y" FROM "order";
CREATE TRIGGER "my trig" AFTER INSERT ON "order" BEGIN UPDATE "order" SET "it's" = 'x' WHERE "select" = new."select"; END;
