-- The tables of Leftfold's view store on MariaDB and MySQL, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- docs/sql.md explains every column. Names are bytes of UTF-8, so that
-- they are compared exactly. Times are microseconds since 1970 in UTC.
-- Here every statement is committed for itself: all of it can be run again where it was cut short,
-- and by several at once. The row of the format comes last, and says that all is there.

-- One row for each view that was ever locked: what its keeper wrote there; null if nothing yet.
create table if not exists ${prefix}view_headers (
    view_name varbinary(255) primary key,
    header mediumblob
) engine = InnoDB;

-- One row for each part of a generation: how far it is. Whoever changes the part locks it first.
create table if not exists ${prefix}view_progress (
    view_name varbinary(255) not null,
    generation integer not null,
    part integer not null,
    saved boolean not null default false,
    checkpoint mediumtext character set ascii,
    fence bigint not null default 0,
    revision bigint not null default 0,
    events bigint not null default 0,
    primary key (view_name, generation, part)
) engine = InnoDB;

-- One row for each row of a view.
create table if not exists ${prefix}view_rows (
    view_name varbinary(255) not null,
    generation integer not null,
    row_key varbinary(255) not null,
    part integer not null,
    body mediumblob not null,
    primary key (view_name, generation, row_key)
) engine = InnoDB;

-- One row for each event that a view could not apply, or that waits behind one.
create table if not exists ${prefix}view_parked (
    view_name varbinary(255) not null,
    generation integer not null,
    part integer not null,
    sequence bigint not null,
    row_key varbinary(255) not null,
    state varchar(16) character set ascii not null,
    stream varbinary(255) not null,
    version bigint not null,
    type varbinary(255) not null,
    attempts integer not null,
    error text character set utf8mb4 not null,
    patch mediumblob,
    parked_at bigint not null,
    primary key (view_name, generation, part, sequence),
    key ${prefix}view_parked_by_key (view_name, generation, part, row_key, sequence)
) engine = InnoDB;

-- One row: the version of these tables.
create table if not exists ${prefix}view_format (
    id smallint primary key,
    format integer not null
) engine = InnoDB;
insert ignore into ${prefix}view_format (id, format) values (1, 1);
