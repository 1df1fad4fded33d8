-- The tables of keys of data subjects on MariaDB and MySQL, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- They belong into another database than the events, with backups of their own. docs/sql.md explains every column.

-- One row: this key store.
create table if not exists ${prefix}key_store (
    id smallint primary key,
    format integer not null,
    salt varbinary(16) not null
) engine = InnoDB;

-- One row for each subject ever; subject is SHA-256 of the salt and the id. Rows are never deleted.
create table if not exists ${prefix}key_subjects (
    subject varbinary(32) primary key,
    forgotten smallint not null,
    current_version integer not null
) engine = InnoDB;

-- One row for each key that was not destroyed.
create table if not exists ${prefix}keys (
    subject varbinary(32) not null,
    key_version integer not null,
    wrapped_key varbinary(4096) not null,
    primary key (subject, key_version)
) engine = InnoDB;
