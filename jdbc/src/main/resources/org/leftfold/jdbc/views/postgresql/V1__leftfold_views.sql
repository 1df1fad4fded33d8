-- The tables of Leftfold's view store on PostgreSQL, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- docs/sql.md explains every column. Times are microseconds since 1970 in UTC.

-- One row: the version of these tables.
create table ${prefix}view_format (
    id smallint primary key,
    format integer not null
);
insert into ${prefix}view_format (id, format) values (1, 1);

-- One row for each view that was ever locked: what its keeper wrote there; null if nothing yet.
create table ${prefix}view_headers (
    view_name text collate "C" primary key,
    header bytea
);

-- One row for each part of a generation: how far it is. Whoever changes the part locks it first.
create table ${prefix}view_progress (
    view_name text collate "C" not null,
    generation integer not null,
    part integer not null,
    saved boolean not null default false,
    checkpoint text,
    fence bigint not null default 0,
    revision bigint not null default 0,
    events bigint not null default 0,
    primary key (view_name, generation, part)
);

-- One row for each row of a view.
create table ${prefix}view_rows (
    view_name text collate "C" not null,
    generation integer not null,
    row_key text collate "C" not null,
    part integer not null,
    body bytea not null,
    primary key (view_name, generation, row_key)
);

-- One row for each event that a view could not apply, or that waits behind one.
create table ${prefix}view_parked (
    view_name text collate "C" not null,
    generation integer not null,
    part integer not null,
    sequence bigint not null,
    row_key text collate "C" not null,
    state text not null,
    stream text collate "C" not null,
    version bigint not null,
    type text collate "C" not null,
    attempts integer not null,
    error text not null,
    patch bytea,
    parked_at bigint not null,
    primary key (view_name, generation, part, sequence)
);
create index ${prefix}view_parked_by_key on ${prefix}view_parked
    (view_name, generation, part, row_key, sequence);
