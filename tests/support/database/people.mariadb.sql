-- Roles of people, and a value of every type.
CREATE DATABASE people CHARACTER SET utf8mb4;
USE people;
CREATE TABLE people (
    id integer PRIMARY KEY,
    login varchar(40) COLLATE utf8mb4_bin NOT NULL,
    born date,
    active boolean,
    department varchar(40),
    code char(5),
    feeling enum('calm', 'cross'),
    amount decimal(10, 2)
);
INSERT INTO people VALUES
    (1, 'alice', '1990-02-28', true, 'Engineering', 'AB', 'calm', 12.50),
    (2, 'bob', '1985-12-31', false, NULL, 'CD', 'cross', 0.05),
    (3, 'o''brien "x" \\ %_', NULL, NULL, 'Ünïcode 名前 😀', NULL, NULL, NULL);
CREATE TABLE roles (login varchar(40), role varchar(40));
INSERT INTO roles VALUES ('alice', 'Admin'), ('alice', 'ReadOnly'), ('bob', 'ReadOnly');
CREATE TABLE visits (login varchar(40));
CREATE PROCEDURE visit(who varchar(40)) INSERT INTO visits VALUES (who) RETURNING login;
CREATE PROCEDURE roles_of(who varchar(40)) SELECT role FROM roles WHERE login = who ORDER BY role;
CREATE PROCEDURE no_table() DO 1;
DELIMITER //
CREATE PROCEDURE two_tables() BEGIN SELECT 'a' FROM people WHERE 1 = 0; SELECT 'b'; END //
CREATE PROCEDURE commits(who varchar(40)) BEGIN COMMIT; INSERT INTO visits VALUES (who) RETURNING login; END //
CREATE PROCEDURE commits_in_silence(who varchar(40)) BEGIN CREATE TABLE made (a int); SELECT who; END //
CREATE PROCEDURE begins_another(who varchar(40))
    BEGIN COMMIT; START TRANSACTION READ WRITE; INSERT INTO visits VALUES (who); SELECT who; END //
CREATE PROCEDURE switches(who varchar(40)) BEGIN SET SESSION TRANSACTION READ WRITE; SELECT who; END //
DELIMITER ;
CREATE USER reader IDENTIFIED BY 'Passw0rd.reader';
GRANT SELECT, EXECUTE ON people.* TO reader;
CREATE USER writer IDENTIFIED BY 'Passw0rd.writer';
GRANT ALL ON people.* TO writer;
