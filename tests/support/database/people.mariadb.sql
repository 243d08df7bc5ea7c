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
CREATE USER reader IDENTIFIED BY 'Passw0rd.reader';
GRANT SELECT, EXECUTE ON people.* TO reader;
CREATE USER writer IDENTIFIED BY 'Passw0rd.writer';
GRANT ALL ON people.* TO writer;
