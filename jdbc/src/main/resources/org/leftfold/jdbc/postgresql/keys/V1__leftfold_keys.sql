-- The tables of keys of data subjects on PostgreSQL, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- They belong into another database than the events, with backups of their own. docs/sql.md explains every column.

-- One row: this key store.
create table if not exists ${prefix}key_store (
    id smallint primary key,
    format integer not null,
    salt bytea not null
);

-- One row for each subject ever; subject is SHA-256 of the salt and the id. Rows are never deleted.
create table if not exists ${prefix}key_subjects (
    subject bytea primary key,
    forgotten smallint not null,
    current_version integer not null
);

-- One row for each key that was not destroyed.
create table if not exists ${prefix}keys (
    subject bytea not null,
    key_version integer not null,
    wrapped_key bytea not null,
    primary key (subject, key_version)
);
