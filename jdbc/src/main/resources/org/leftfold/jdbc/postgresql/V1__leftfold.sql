-- The tables of Leftfold on PostgreSQL, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- docs/sql.md explains every column. Times of recording are microseconds since 1970 in UTC.

-- One row: the history this database holds.
create table ${prefix}store (
    id smallint primary key check (id = 1),
    format integer not null,
    epoch text not null
);
insert into ${prefix}store (id, format, epoch) values (1, 1, gen_random_uuid()::text);

-- One row for each stream ever written. Its version is that of its last event.
create table ${prefix}streams (
    stream_id bigint primary key,
    first_kept_version bigint not null default 1 check (first_kept_version >= 1),
    name text collate "C" not null unique check (octet_length(name) between 1 and 255)
);

-- One row for each pair of category and event type.
create table ${prefix}kinds (
    kind_id integer primary key,
    category text collate "C" not null,
    type text collate "C" not null,
    unique (type, category)
);

-- One row for each position. Rows are never deleted; scavenging empties what is unreadable.
create table ${prefix}events (
    position bigint primary key check (position >= 1),
    stream_id bigint not null,
    version bigint not null check (version >= 1),
    id_high bigint not null,
    id_low bigint not null,
    recorded_at bigint not null,
    kind_id integer not null,
    schema_version integer not null,
    metadata text,
    tags text,
    payload bytea,
    unique (stream_id, version)
);
create index ${prefix}events_by_id on ${prefix}events (id_high);
create index ${prefix}events_by_kind on ${prefix}events (kind_id, position);
-- Payloads and metadata are mostly short and often compressed or encrypted already.
alter table ${prefix}events alter column payload set storage external;

-- One row for each tag of an event; tag_key is the beginning of the tag's SHA-256.
create table ${prefix}tags (
    tag_key bigint not null,
    position bigint not null,
    primary key (tag_key, position)
);

-- One row for each truncation or deletion of a stream.
create table ${prefix}acts (
    act_id bigint primary key,
    head bigint not null,
    stream_id bigint not null,
    first_kept_version bigint not null,
    recorded_at bigint not null,
    actor text not null,
    reason text not null
);
create index ${prefix}acts_by_stream on ${prefix}acts (stream_id);

-- For people: the same events with names and texts.
create view ${prefix}events_readable as
    select e.position, s.name as stream, e.version,
        lpad(to_hex(e.id_high), 16, '0') || lpad(to_hex(e.id_low), 16, '0') as event_id,
        k.type, e.schema_version,
        timestamptz 'epoch' + e.recorded_at * interval '1 microsecond' as recorded_at,
        e.metadata, e.tags, encode(e.payload, 'escape') as payload,
        e.version >= s.first_kept_version and e.payload is not null as readable
    from ${prefix}events e
    join ${prefix}streams s using (stream_id)
    left join ${prefix}kinds k using (kind_id);

-- For people: where each stream is.
create view ${prefix}stream_versions as
    select s.name as stream, s.first_kept_version,
        (select max(e.version) from ${prefix}events e where e.stream_id = s.stream_id) as version
    from ${prefix}streams s;

-- Side tables: all of it can be lost but the leases and the messages without losing an event.
create table ${prefix}snapshots (
    stream text collate "C" not null,
    state_type text collate "C" not null,
    version bigint not null,
    schema_version integer not null,
    state bytea not null,
    primary key (stream, state_type, version)
);
alter table ${prefix}snapshots alter column state set storage external;

create table ${prefix}checkpoints (
    follower text collate "C" primary key,
    checkpoint text not null
);

create table ${prefix}leases (
    name text collate "C" primary key,
    owner text collate "C" not null,
    fence bigint not null,
    held boolean not null,
    expires_at bigint not null
);

create table ${prefix}processed_messages (
    handler text collate "C" not null,
    message_id text collate "C" not null,
    processed_at bigint not null,
    primary key (handler, message_id)
);
