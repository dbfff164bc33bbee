CREATE TABLE t (a int DEFAULT 3, b int DEFAULT a, c text DEFAULT 'it''s', d json NOT NULL CHECK (json_length(d) > 0), e blob DEFAULT 'a\\b');
CREATE TABLE gone (a int);
INSERT INTO gone VALUES (1);

-- after
CREATE TABLE t (a int DEFAULT 3, b int DEFAULT (a + 1), c text DEFAULT 'is', d json NOT NULL CHECK (json_length(d) > 0), e blob DEFAULT 'it''s');
CREATE TABLE gone (a int);
