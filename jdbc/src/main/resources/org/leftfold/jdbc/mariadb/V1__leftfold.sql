-- The tables of Leftfold on MariaDB and MySQL, version 1. ${prefix} is "leftfold_" unless chosen otherwise.
-- docs/sql.md explains every column. Names are bytes of UTF-8, so that they are compared exactly.
-- Times of recording are microseconds since 1970 in UTC.
-- Here every statement is committed for itself: all of it can be run again where it was cut short,
-- and by several at once. The row of the store comes last, and says that all is there.

-- One row: the history this database holds. Every append locks it.
create table if not exists ${prefix}store (
    id smallint primary key,
    format integer not null,
    epoch char(36) character set ascii not null
) engine = InnoDB;

-- One row for each stream ever written. Its version is that of its last event.
create table if not exists ${prefix}streams (
    stream_id integer primary key,
    first_kept_version bigint not null default 1,
    name varbinary(255) not null,
    unique key (name)
) engine = InnoDB;

-- One row for each kind of event.
create table if not exists ${prefix}kinds (
    kind_id integer primary key,
    category varbinary(255) not null,
    type varbinary(255) not null,
    schema_version integer not null,
    unique key (type, category, schema_version)
) engine = InnoDB;

-- One row for each position. Rows are never deleted; scavenging empties what is unreadable.
create table if not exists ${prefix}events (
    position bigint primary key,
    id_high bigint not null,
    id_low bigint not null,
    recorded_at bigint not null,
    stream_id integer not null,
    version integer not null,
    kind_id integer not null,
    append_rest smallint not null,
    tags mediumtext character set utf8mb4,
    metadata mediumtext character set utf8mb4,
    payload mediumblob,
    unique key (stream_id, version),
    key ${prefix}events_by_id (id_high),
    key ${prefix}events_by_kind (kind_id, position)
) engine = InnoDB;

-- One row for each tag of an event; tag_key is the beginning of the tag's SHA-256.
create table if not exists ${prefix}tags (
    tag_key bigint not null,
    position bigint not null,
    primary key (tag_key, position)
) engine = InnoDB;

-- One row for each truncation or deletion of a stream.
create table if not exists ${prefix}acts (
    act_id bigint primary key,
    head bigint not null,
    stream_id bigint not null,
    first_kept_version bigint not null,
    recorded_at bigint not null,
    actor text character set utf8mb4 not null,
    reason text character set utf8mb4 not null,
    key ${prefix}acts_by_stream (stream_id)
) engine = InnoDB;

-- For people: the same events with names and texts.
create or replace view ${prefix}events_readable as
    select e.position, convert(s.name using utf8mb4) as stream, e.version,
        concat(lpad(hex(e.id_high), 16, '0'), lpad(hex(e.id_low), 16, '0')) as event_id,
        convert(k.type using utf8mb4) as type, k.schema_version,
        timestampadd(microsecond, e.recorded_at, timestamp '1970-01-01 00:00:00') as recorded_at,
        e.metadata, e.tags, convert(e.payload using utf8mb4) as payload,
        e.version >= s.first_kept_version and e.payload is not null as readable
    from ${prefix}events e
    join ${prefix}streams s on s.stream_id = e.stream_id
    left join ${prefix}kinds k on k.kind_id = e.kind_id;

-- For people: where each stream is.
create or replace view ${prefix}stream_versions as
    select convert(s.name using utf8mb4) as stream, s.first_kept_version,
        (select max(e.version) from ${prefix}events e where e.stream_id = s.stream_id) as version
    from ${prefix}streams s;

-- Side tables. Snapshots are derived: any of them may be deleted. The others may not.

-- One row for each part of a snapshot of a stream; parts keep below the limits of packets.
create table if not exists ${prefix}snapshots (
    stream varbinary(255) not null,
    state_type varbinary(255) not null,
    version bigint not null,
    part integer not null,
    parts integer not null,
    schema_version integer not null,
    state mediumblob not null,
    primary key (stream, state_type, version, part)
) engine = InnoDB;

-- One row for each follower that ever saved; without a checkpoint it was forgotten.
create table if not exists ${prefix}checkpoints (
    follower varbinary(255) primary key,
    fence bigint not null,
    checkpoint text character set ascii
) engine = InnoDB;

-- One row for each lease ever taken; rows stay, so that fences rise for ever.
create table if not exists ${prefix}leases (
    name varbinary(255) primary key,
    owner varbinary(255) not null,
    fence bigint not null,
    held boolean not null,
    expires_at bigint not null,
    duration_micros bigint not null
) engine = InnoDB;

-- One row for each message that a handler has taken.
create table if not exists ${prefix}processed_messages (
    handler varbinary(255) not null,
    message_id varbinary(255) not null,
    processed_at bigint not null,
    primary key (handler, message_id),
    key ${prefix}messages_by_time (processed_at)
) engine = InnoDB;

insert ignore into ${prefix}store (id, format, epoch) values (1, 1, uuid());
