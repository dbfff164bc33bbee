CREATE TABLE organisations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    region INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL COLLATE NOCASE,
    "type" TEXT NOT NULL DEFAULT 'plain',
    note TEXT DEFAULT 'it''s "quoted"',
    price DECIMAL(10,2) DEFAULT 0.00,
    rate NUMERIC,
    flag BOOLEAN NOT NULL DEFAULT FALSE,
    active BOOLEAN NOT NULL DEFAULT 1,
    data BLOB,
    doc JSON,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    day DATE,
    at TIME,
    weight REAL,
    exact DOUBLE NOT NULL DEFAULT -1.5,
    bare,
    label TEXT GENERATED ALWAYS AS (upper(title)) STORED,
    short TEXT AS (substr(title, 1, 3)) VIRTUAL,
    UNIQUE (region, number),
    UNIQUE (title COLLATE RTRIM, region),
    CONSTRAINT number_positive CHECK (number > 0),
    CHECK (region < 100),
    CHECK (region > 0 AND number < 1000),
    CHECK (length("type") > 0 AND length(title) > 0 AND length(coalesce(note, '')) < 10000)
);
CREATE INDEX organisations_region_idx ON organisations (region);
CREATE UNIQUE INDEX by_title ON organisations (lower(title), region DESC) WHERE note IS NOT NULL;
CREATE INDEX by_two ON organisations (title COLLATE NOCASE DESC, "type");
CREATE TABLE "Members" (
    "UserId" TEXT NOT NULL,
    "OrganisationId" INTEGER NOT NULL REFERENCES organisations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    "Region" INTEGER,
    "Number" INTEGER,
    "InvitedBy" TEXT,
    PRIMARY KEY ("UserId" DESC, "OrganisationId"),
    FOREIGN KEY ("Region", "Number") REFERENCES organisations (region, number) ON UPDATE SET NULL MATCH FULL,
    CONSTRAINT inviter FOREIGN KEY ("InvitedBy", "OrganisationId") REFERENCES "Members" ("UserId", "OrganisationId")
) STRICT, WITHOUT ROWID;
CREATE TABLE "Option" (
    "self" INTEGER PRIMARY KEY ON CONFLICT REPLACE,
    "a b" INT NOT NULL ON CONFLICT IGNORE UNIQUE,
    "2nd" "my type"(3),
    elsewhere TEXT REFERENCES nowhere (code),
    "unique" INTEGER,
    "name" INTEGER
);
CREATE INDEX odd ON "Option" ("unique", "name" DESC);
CREATE VIEW titles AS SELECT title FROM organisations;
CREATE TRIGGER touch AFTER UPDATE ON organisations BEGIN SELECT 1; END;
