CREATE TABLE t (
  a varbinary(10) DEFAULT x'00ff',
  b binary(4) NOT NULL DEFAULT 'a',
  c binary(2) DEFAULT '\0\0',
  d bit(12) DEFAULT b'101010',
  e varbinary(20) DEFAULT x'27ff5c',
  f int DEFAULT 0x10
);

-- after
CREATE TABLE t (
  a varbinary(10) DEFAULT x'fe00',
  b binary(4) NOT NULL DEFAULT x'ffffffff',
  c binary(2) DEFAULT '\0\0',
  d bit(12) DEFAULT b'1',
  e varbinary(20) DEFAULT 'plain',
  f int DEFAULT 0x11
);
