-- The tables of Leftfold's view store on H2, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- docs/sql.md explains every column. Names are bytes of UTF-8, so that
-- they are compared exactly. Times are microseconds since 1970 in UTC.
-- Here every statement is committed for itself: all of it can be run again where it was cut short,
-- and by several at once. The row of the format comes last, and says that all is there.

-- One row for each view that was ever locked: what its keeper wrote there; null if nothing yet.
create table if not exists ${prefix}view_headers (
    view_name varbinary(255) primary key,
    header varbinary(1048576)
);

-- One row for each part of a generation: how far it is. Whoever changes the part locks it first.
create table if not exists ${prefix}view_progress (
    view_name varbinary(255) not null,
    generation integer not null,
    part integer not null,
    saved boolean not null default false,
    checkpoint varchar(1000000),
    fence bigint not null default 0,
    revision bigint not null default 0,
    events bigint not null default 0,
    primary key (view_name, generation, part)
);

-- One row for each row of a view.
create table if not exists ${prefix}view_rows (
    view_name varbinary(255) not null,
    generation integer not null,
    row_key varbinary(255) not null,
    part integer not null,
    body varbinary(1048576) not null,
    primary key (view_name, generation, row_key)
);

-- One row for each event that a view could not apply, or that waits behind one.
create table if not exists ${prefix}view_parked (
    view_name varbinary(255) not null,
    generation integer not null,
    part integer not null,
    sequence bigint not null,
    row_key varbinary(255) not null,
    state varchar(16) not null,
    stream varbinary(255) not null,
    version bigint not null,
    type varbinary(255) not null,
    attempts integer not null,
    error varchar(2000) not null,
    patch varbinary(1048576),
    parked_at bigint not null,
    primary key (view_name, generation, part, sequence)
);
create index if not exists ${prefix}view_parked_by_key on ${prefix}view_parked
    (view_name, generation, part, row_key, sequence);

-- One row: the version of these tables.
create table if not exists ${prefix}view_format (
    id smallint primary key,
    format integer not null
);
merge into ${prefix}view_format (id, format) key (id) values (1, 1);
