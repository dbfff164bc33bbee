CREATE TABLE t (a int NOT NULL, b varchar(20));
SET NAMES utf8mb4 COLLATE utf8mb4_bin;
CREATE PROCEDURE p (x varchar(10)) SELECT x = 'a';
CREATE VIEW v AS SELECT 'x' AS lit, a FROM t WHERE b = 'y';
SET NAMES utf8mb4;
SET character_set_client = latin1, collation_connection = latin1_german1_ci;
CREATE TRIGGER of_latin BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = 'x';
SET NAMES utf8mb4;
SET @zone = @@time_zone, time_zone = '+05:30';
CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 12:00:00' DO SET @x = 1;
SET time_zone = @zone;
SET @mode = @@sql_mode, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';
CREATE TRIGGER ansi AFTER INSERT ON t FOR EACH ROW INSERT INTO "t" VALUES (NEW.a, 'x');
SET sql_mode = @mode;

-- after
CREATE TABLE t (a int NOT NULL, b varchar(20));
SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE PROCEDURE p (x varchar(10)) SELECT x = 'a';
SET NAMES utf8mb4;
CREATE VIEW v AS SELECT 'x' AS lit, a FROM t WHERE b = 'y';
CREATE TRIGGER of_latin BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = 'x';
SET @zone = @@time_zone, time_zone = '-03:00';
CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 12:00:00' DO SET @x = 1;
SET time_zone = @zone;
SET @mode = @@sql_mode, sql_mode = 'ANSI_QUOTES';
CREATE TRIGGER ansi AFTER INSERT ON t FOR EACH ROW INSERT INTO "t" VALUES (NEW.a, 'x');
SET sql_mode = @mode;
