-- Roles of people, and a value of every type.
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE DOMAIN short AS varchar(5);
CREATE TABLE people (
    id integer PRIMARY KEY,
    login text NOT NULL,
    guid uuid,
    born date,
    active boolean,
    department varchar(40),
    code char(5),
    feeling mood,
    amount numeric(10, 2)
);
INSERT INTO people VALUES
    (1, 'alice', '0f8fad5b-d9cb-469f-a165-70867728950e', '1990-02-28', true, 'Engineering', 'AB', 'calm', 12.50),
    (2, 'bob', '7c9e6679-7425-40de-944b-e07fc1f90ae7', '1985-12-31', false, NULL, 'CD', 'cross', 0.05),
    (3, 'o''brien "x" \ %_', NULL, NULL, NULL, 'Ünïcode 名前 😀', NULL, NULL, NULL);
CREATE TABLE roles (login text, role text);
INSERT INTO roles VALUES ('alice', 'Admin'), ('alice', 'ReadOnly'), ('bob', 'ReadOnly');
CREATE TABLE visits (login text);
CREATE PROCEDURE note_visit(INOUT who text) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO visits VALUES (who); END $$;
CREATE FUNCTION visit(who text) RETURNS text LANGUAGE sql AS $$ INSERT INTO visits VALUES (who) RETURNING login $$;
CREATE ROLE reader LOGIN PASSWORD 'Passw0rd.reader';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
CREATE ROLE writer LOGIN PASSWORD 'Passw0rd.writer';
GRANT ALL ON ALL TABLES IN SCHEMA public TO writer;
