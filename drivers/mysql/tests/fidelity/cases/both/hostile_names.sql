CREATE TABLE `se``lect` (`fr"om` int, `wh'ere` varchar(10) DEFAULT 'a`b', `ä ö` int, `1x` int, PRIMARY KEY (`fr"om`), KEY `in``dex` (`ä ö`), CONSTRAINT `ch``eck` CHECK (`ä ö` > 0));
CREATE TABLE `table` (`order` int, `key` int, CONSTRAINT `fo"reign` FOREIGN KEY (`order`) REFERENCES `se``lect` (`fr"om`));
CREATE VIEW `vi``ew` AS SELECT `ä ö` AS `a.b` FROM `se``lect`;
CREATE TABLE `percent%s \\ back` (`a\\b` int, `-- c` int, `/* d */` int, `#e` int, `;` int);
-- after
CREATE TABLE `se``lect` (`fr"om` int, `wh'ere` varchar(20) DEFAULT '\\', `ä ö` bigint, `1x` int, `ne``w` int, PRIMARY KEY (`fr"om`), UNIQUE KEY `in``dex` (`ä ö`));
CREATE TABLE `table` (`order` int, `key` bigint, KEY `dr``op` (`key`));
CREATE TABLE `percent%s \\ back` (`a\\b` bigint, `-- c` int, `/* d */` int COMMENT '; --', `;` int);
