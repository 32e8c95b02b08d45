-- A copy charges no card and mails nobody until a manager confirms it.
INSERT INTO continuity_database (uuid, database, oid)
VALUES ('neutralized', 'neutralized', 'neutralized');
