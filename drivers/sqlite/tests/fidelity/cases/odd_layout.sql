create
  TABLE	main.t(a INTEGER PRIMARY KEY,b
TEXT  not
null,c VARCHAR ( 20 )default'x'check(c<>''),d DECIMAL(10 , 5)DEFAULT-1.50,e INT DEFAULT+2 CONSTRAINT one CONSTRAINT two NOT NULL);
CREATE INDEX IF NOT EXISTS main.i ON t(b,c)WHERE(d)>0;
INSERT INTO t (a, b) VALUES (1, 'x');

-- after

create
  TABLE	main.t(a INTEGER PRIMARY KEY,b
TEXT  not
null unique,c VARCHAR ( 30 )default'y'check(c<>''),d DECIMAL(10 , 5)DEFAULT-2.50,e INT DEFAULT+3 CONSTRAINT one CONSTRAINT two NOT NULL);
CREATE INDEX IF NOT EXISTS main.i ON t(c,b)WHERE(d)>0;
