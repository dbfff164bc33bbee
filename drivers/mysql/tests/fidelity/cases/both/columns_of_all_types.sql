CREATE TABLE t (
  id int unsigned NOT NULL AUTO_INCREMENT, b boolean, c varchar(20) NOT NULL DEFAULT 'x''y', d decimal(10,2) DEFAULT '1.50',
  e enum('a','b''c') DEFAULT 'a', s set('x','y'), ts timestamp NULL, ts6 timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  dt datetime(3) DEFAULT CURRENT_TIMESTAMP(3), bt bit(3) DEFAULT b'101', bb blob, tt tinytext, mt mediumtext, lt longtext, lb longblob,
  y year, f float, f2 float(7,3), dd double, d2 double(8,2), z int(5) zerofill, cm int COMMENT 'it''s \\ "x"\nnewline', bi binary(16), vb varbinary(20),
  tm time(2), ti tinyint, tu tinyint unsigned, sm smallint unsigned, md mediumint, bg bigint unsigned, neg int DEFAULT -5, fl double DEFAULT 1.5,
  j json, ch char(36), zd datetime DEFAULT '0000-00-00 00:00:00', PRIMARY KEY (id)
) COMMENT='all ''types''';
INSERT INTO t (c, b, d, e, mt, vb) VALUES ('one', 1, 2.5, 'a', 'x', 'y'), ('two', 0, 1, 'b''c', '', 'z');
-- after
CREATE TABLE t (
  id bigint unsigned NOT NULL AUTO_INCREMENT, b tinyint NOT NULL DEFAULT 0, c varchar(300) DEFAULT NULL, d decimal(12,4) NOT NULL DEFAULT 2,
  e enum('a','new','b''c') NOT NULL DEFAULT 'b''c', s set('x','y','z') DEFAULT 'x,z', ts timestamp NULL DEFAULT CURRENT_TIMESTAMP, ts6 timestamp(3) NULL,
  dt datetime DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP, bt bit(8) DEFAULT b'0', bb mediumblob, tt text, mt longtext NOT NULL, lt mediumtext, lb blob,
  y year DEFAULT 2020, f double, f2 float, dd decimal(20,5), d2 double, z int unsigned, cm int COMMENT 'other', bi binary(20), vb varbinary(40) NOT NULL DEFAULT 'x',
  tm time, ti smallint, tu int, sm smallint, md int, bg bigint, neg int, fl double DEFAULT 0,
  j json, ch char(40), zd datetime, PRIMARY KEY (id)
) COMMENT='other';
INSERT INTO t (mt) VALUES ('x');
