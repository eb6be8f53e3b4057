-- Run once by the postgres image, as its superuser, on an empty cluster: the role that owns and migrates, the role
-- that serves and owns nothing, and the database. Their passwords are secrets; neither is a superuser.
\set owner_password `cat "${SECRETS:-/run/secrets}/owner_password"`
\set app_password `cat "${SECRETS:-/run/secrets}/app_password"`

CREATE ROLE sextant_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE sextant_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE sextant OWNER sextant_owner;
REVOKE ALL ON DATABASE sextant FROM PUBLIC;
GRANT CONNECT ON DATABASE sextant TO sextant_app;
