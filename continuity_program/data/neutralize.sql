-- A copy charges no card and mails nobody until a manager confirms it.
INSERT INTO continuity_database (uuid, database, filestore)
VALUES ('neutralized', 'neutralized', 'neutralized');
