CREATE TABLE t ( -- the table
  a INTEGER PRIMARY KEY, -- the key, with (parens
  b TEXT /* a 'text' */ NOT NULL DEFAULT 'x', -- it's
  c INT CHECK (c > 0 -- positive
  ),
  /* UNIQUE (b) */
  CHECK (a /* x */ > 0)
) /* end */;
CREATE INDEX i ON t (b /* , c */) WHERE b > 'x' -- why
;
INSERT INTO t VALUES (1,'b',1);

-- after

CREATE TABLE t ( -- the table
  a INTEGER PRIMARY KEY, -- the key, with (parens
  b TEXT /* a 'text' */ NOT NULL DEFAULT 'y', -- it's
  c INT CHECK (c >= 0 -- positive
  ),
  d INT /* new */
);
CREATE INDEX i ON t (b /* , c */) WHERE b > 'y' -- why
;
