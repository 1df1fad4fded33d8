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
    stream_id integer primary key,
    first_kept_version bigint not null default 1 check (first_kept_version >= 1),
    name text collate "C" not null unique check (octet_length(name) between 1 and 255)
);

-- One row for each kind of event.
create table ${prefix}kinds (
    kind_id integer primary key,
    category text collate "C" not null,
    type text collate "C" not null,
    schema_version integer not null,
    unique (type, category, schema_version)
);

-- One row for each position. Rows are never deleted; scavenging empties what is unreadable.
create table ${prefix}events (
    position bigint check (position >= 1),
    id_high bigint not null,
    id_low bigint not null,
    recorded_at bigint not null,
    stream_id integer not null,
    version integer not null check (version >= 1),
    kind_id integer not null,
    append_rest smallint not null,
    tags text,
    metadata text,
    payload bytea,
    primary key (position) with (fillfactor = 100),
    unique (stream_id, version)
);
create index ${prefix}events_by_id on ${prefix}events (id_high) with (fillfactor = 95);
-- Often compressed or encrypted already.
alter table ${prefix}events alter column payload set storage external;

-- One row for each category and type in each full block of 1024 positions, with the places of its
-- events. Filed behind the commits; kind -1: the block is, kind -2: no kind there is above "block".
create table ${prefix}kind_blocks (
    kind_id integer not null,
    block integer not null,
    positions smallint[] not null,
    primary key (kind_id, block)
);
alter table ${prefix}kind_blocks alter column positions set storage main;

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

-- Stores a group of appends if every stream is as expected: takes the append lock, looks, inserts,
-- and is committed by its caller's autocommit. Being VOLATILE, each of its statements sees what was
-- committed before it began. Where anything is not as expected it changes nothing and says so. If
-- the log ends as the caller says, what the caller knows of streams is so.
create function ${prefix}append(
    in_trusting boolean,
    in_now bigint,
    in_names text[],
    in_required bigint[],
    in_new_stream integer[],
    in_new_high bigint[],
    in_new_low bigint[],
    in_kind_ids integer[],
    in_categories text[],
    in_types text[],
    in_schema integer[],
    in_stream integer[],
    in_offset bigint[],
    in_high bigint[],
    in_low bigint[],
    in_kind integer[],
    in_rest integer[],
    in_metadata text[],
    in_tags text[],
    in_payload bytea[],
    in_tag_key bigint[],
    in_tag_event integer[],
    in_absent integer[],
    in_absent_key bigint[],
    in_absent_after bigint[],
    in_end bigint,
    in_end_high bigint,
    in_end_low bigint,
    in_end_time bigint,
    in_known_ids bigint[],
    in_known_versions bigint[],
    out stored boolean,
    out head bigint,
    out stream_ids bigint[],
    out versions bigint[],
    out known boolean,
    out moment bigint)
language plpgsql volatile
as $$
declare
    known_ids bigint[] := in_known_ids;
    known_versions bigint[] := in_known_versions;
    kind_ids integer[] := in_kind_ids;
    fits boolean;
    last_id bigint;
    next_id bigint;
begin
    -- The lock has a statement of its own. The settings, which end with the transaction, save
    -- planning each time, and keep the plans of a young table, which has no statistics, from
    -- reading all of it.
    perform pg_advisory_xact_lock(5504918767932538880 | '${prefix}store'::regclass::oid::bigint),
        set_config('plan_cache_mode', 'force_generic_plan', true),
        set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
        set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
    stored := false;
    if current_setting('transaction_isolation') <> 'read committed'
        or (not in_trusting
            and (current_setting('synchronous_commit') = 'off' or current_setting('fsync') = 'off'))
    then
        return;
    end if;

    select coalesce(last.position, 0), greatest(last.recorded_at,
            (select a.recorded_at from ${prefix}acts a order by a.act_id desc limit 1),
            coalesce(in_now, (extract(epoch from clock_timestamp()) * 1000000)::bigint)),
            coalesce(last.position = in_end and last.id_high = in_end_high
                and last.id_low = in_end_low and last.recorded_at = in_end_time, false)
        into head, moment, known
        from (select 1) one
        left join (select e.position, e.recorded_at, e.id_high, e.id_low from ${prefix}events e
            order by e.position desc limit 1) last on true;
    if known and array_position(known_ids, null) is null then
        stream_ids := known_ids;
        versions := known_versions;
        select bool_and(n.required < 0 or n.required = n.version) into fits
            from unnest(in_required, known_versions) n(required, version);
    else
        if not known then
            known_ids := null;
            known_versions := null;
        end if;
        -- A lateral join, for a subquery would be asked for each place where its answer is used.
        -- No index is searched for what is null.
        select array_agg(f.stream_id order by f.number),
                array_agg(f.version order by f.number),
                bool_and(f.required < 0 or f.required = f.version)
            into stream_ids, versions, fits
            from (select n.number, n.required, coalesce(n.id, s.stream_id) as stream_id,
                    coalesce(n.version, last.version, 0) as version
                from unnest(in_names, in_required, known_ids, known_versions) with ordinality
                    n(name, required, id, version, number)
                left join ${prefix}streams s on s.name = case when n.id is null then n.name end
                left join lateral (select e.version from ${prefix}events e
                    where e.stream_id = s.stream_id order by e.version desc limit 1) last on true
            ) f;
    end if;
    if not fits then
        return;
    end if;
    if cardinality(in_new_high) > 0 and exists (
            select 1 from unnest(in_new_stream, in_new_high, in_new_low) n(stream, high, low)
            join ${prefix}events e on e.id_high = n.high
            where e.id_low = n.low and e.stream_id = stream_ids[n.stream])
    then
        return;
    end if;
    -- Of each set of tags that no event may have, one must be in no event behind its position.
    if cardinality(in_absent) > 0 and exists (
            select 1 from unnest(in_absent, in_absent_key, in_absent_after) a(number, key, after)
            group by a.number
            having bool_and(exists (
                select 1 from ${prefix}tags t where t.tag_key = a.key and t.position > a.after)))
    then
        return;
    end if;

    if array_position(stream_ids, null) is not null then
        -- A number of which the row was lost must not be given to another stream or kind.
        last_id := coalesce(greatest(
            (select s.stream_id from ${prefix}streams s order by s.stream_id desc limit 1),
            (select e.stream_id from ${prefix}events e order by e.stream_id desc limit 1)), 0);
        next_id := last_id;
        for i in 1 .. cardinality(stream_ids) loop
            if stream_ids[i] is null then
                next_id := next_id + 1;
                stream_ids[i] := next_id;
            end if;
        end loop;
        insert into ${prefix}streams (stream_id, name)
            select n.id, n.name from unnest(stream_ids, in_names) n(id, name)
            where n.id > last_id;
    end if;

    if array_position(kind_ids, null) is not null then
        select array_agg(coalesce(n.id, k.kind_id) order by n.number) into kind_ids
            from unnest(in_kind_ids, in_categories, in_types, in_schema) with ordinality
                n(id, category, type, schema_version, number)
            left join ${prefix}kinds k on k.type = n.type and k.category = n.category
                and k.schema_version = n.schema_version;
        last_id := coalesce(greatest(
            (select k.kind_id from ${prefix}kinds k order by k.kind_id desc limit 1),
            (select max(b.block) from ${prefix}kind_blocks b where b.kind_id = -2),
            (select max(e.kind_id) from ${prefix}events e where e.position > 1024::bigint * coalesce((
                select max(b.block) + 1 from ${prefix}kind_blocks b where b.kind_id = -1), 0))), 0);
        next_id := last_id;
        for i in 1 .. cardinality(kind_ids) loop
            if kind_ids[i] is null then
                next_id := next_id + 1;
                kind_ids[i] := next_id;
            end if;
        end loop;
        insert into ${prefix}kinds (kind_id, category, type, schema_version)
            select n.id, n.category, n.type, n.schema_version
            from unnest(kind_ids, in_categories, in_types, in_schema)
                n(id, category, type, schema_version)
            where n.id > last_id;
    end if;

    insert into ${prefix}events (position, stream_id, version, id_high, id_low, recorded_at,
            kind_id, append_rest, metadata, tags, payload)
        select head + n.number, stream_ids[n.stream], versions[n.stream] + n.after, n.high, n.low,
            moment, kind_ids[n.kind], n.rest, n.metadata, n.tags, n.payload
        from unnest(in_stream, in_offset, in_high, in_low, in_kind, in_rest, in_metadata, in_tags,
                in_payload) with ordinality
            n(stream, after, high, low, kind, rest, metadata, tags, payload, number);
    if cardinality(in_tag_key) > 0 then
        insert into ${prefix}tags (tag_key, position)
            select n.key, head + n.event from unnest(in_tag_key, in_tag_event) n(key, event);
    end if;
    stored := true;
end
$$;

-- The same for one append of one event whose kind is known.
create function ${prefix}append_one(
    in_trusting boolean,
    in_now bigint,
    in_name text,
    in_required bigint,
    in_must_be_new boolean,
    in_kind_id integer,
    in_high bigint,
    in_low bigint,
    in_metadata text,
    in_tags text,
    in_payload bytea,
    in_tag_keys bigint[],
    in_end bigint,
    in_end_high bigint,
    in_end_low bigint,
    in_end_time bigint,
    out stored boolean,
    out head bigint,
    out own_stream bigint,
    out version bigint,
    out known boolean,
    out moment bigint)
language plpgsql volatile
as $$
begin
    perform pg_advisory_xact_lock(5504918767932538880 | '${prefix}store'::regclass::oid::bigint),
        set_config('plan_cache_mode', 'force_generic_plan', true),
        set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    stored := false;
    if current_setting('transaction_isolation') <> 'read committed'
        or (not in_trusting
            and (current_setting('synchronous_commit') = 'off' or current_setting('fsync') = 'off'))
    then
        return;
    end if;

    -- One statement, for beginning one takes longer than each of these steps in an index.
    select coalesce(last.position, 0), greatest(last.recorded_at,
            (select a.recorded_at from ${prefix}acts a order by a.act_id desc limit 1),
            coalesce(in_now, (extract(epoch from clock_timestamp()) * 1000000)::bigint)),
            s.stream_id,
            coalesce((select e.version from ${prefix}events e where e.stream_id = s.stream_id
                order by e.version desc limit 1), 0),
            coalesce(last.position = in_end and last.id_high = in_end_high
                and last.id_low = in_end_low and last.recorded_at = in_end_time, false)
        into head, moment, own_stream, version, known
        from (select 1) one
        left join (select e.position, e.recorded_at, e.id_high, e.id_low from ${prefix}events e
            order by e.position desc limit 1) last on true
        left join ${prefix}streams s on s.name = in_name;
    if in_must_be_new and own_stream is not null and exists (
            select 1 from ${prefix}events e
            where e.id_high = in_high and e.id_low = in_low and e.stream_id = own_stream)
    then
        return;
    end if;
    if in_required >= 0 and in_required <> version then
        return;
    end if;
    if own_stream is null then
        own_stream := 1 + coalesce(greatest(
            (select s.stream_id from ${prefix}streams s order by s.stream_id desc limit 1),
            (select e.stream_id from ${prefix}events e order by e.stream_id desc limit 1)), 0);
        insert into ${prefix}streams (stream_id, name) values (own_stream, in_name);
    end if;
    insert into ${prefix}events (position, stream_id, version, id_high, id_low, recorded_at,
            kind_id, append_rest, metadata, tags, payload)
        values (head + 1, own_stream, version + 1, in_high, in_low, moment, in_kind_id, 0,
            in_metadata, in_tags, in_payload);
    if cardinality(in_tag_keys) > 0 then
        insert into ${prefix}tags (tag_key, position)
            select k, head + 1 from unnest(in_tag_keys) k;
    end if;
    stored := true;
end
$$;

-- Stores a group whose streams, versions and kinds the caller knows, if the log still ends with the
-- event that the caller names: then all of it holds. Otherwise changes nothing and gives null.
create function ${prefix}append_known(
    in_trusting boolean,
    in_now bigint,
    in_end bigint,
    in_end_high bigint,
    in_end_low bigint,
    in_end_time bigint,
    in_stream bigint[],
    in_version bigint[],
    in_high bigint[],
    in_low bigint[],
    in_kind integer[],
    in_rest integer[],
    in_metadata text[],
    in_tags text[],
    in_payload bytea[],
    in_tag_key bigint[],
    in_tag_event integer[])
returns bigint
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    moment bigint;
begin
    perform pg_advisory_xact_lock(5504918767932538880 | '${prefix}store'::regclass::oid::bigint);
    select greatest(last.recorded_at,
            (select a.recorded_at from ${prefix}acts a order by a.act_id desc limit 1),
            coalesce(in_now, (extract(epoch from clock_timestamp()) * 1000000)::bigint))
        into moment
        from (select e.position, e.id_high, e.id_low, e.recorded_at from ${prefix}events e
            order by e.position desc limit 1) last
        where last.position = in_end and last.id_high = in_end_high
            and last.id_low = in_end_low and last.recorded_at = in_end_time
            and current_setting('transaction_isolation') = 'read committed'
            and (in_trusting or (current_setting('synchronous_commit') <> 'off'
                and current_setting('fsync') <> 'off'));
    if moment is null then
        return null;
    end if;
    insert into ${prefix}events (position, stream_id, version, id_high, id_low, recorded_at,
            kind_id, append_rest, metadata, tags, payload)
        select in_end + n.number, n.stream, n.version, n.high, n.low, moment, n.kind, n.rest,
            n.metadata, n.tags, n.payload
        from unnest(in_stream, in_version, in_high, in_low, in_kind, in_rest, in_metadata, in_tags,
                in_payload) with ordinality
            n(stream, version, high, low, kind, rest, metadata, tags, payload, number);
    if cardinality(in_tag_key) > 0 then
        insert into ${prefix}tags (tag_key, position)
            select n.key, in_end + n.event from unnest(in_tag_key, in_tag_event) n(key, event);
    end if;
    return moment;
end
$$;

-- The same for one event.
create function ${prefix}append_one_known(
    in_trusting boolean,
    in_now bigint,
    in_end bigint,
    in_end_high bigint,
    in_end_low bigint,
    in_end_time bigint,
    in_stream bigint,
    in_version bigint,
    in_high bigint,
    in_low bigint,
    in_kind integer,
    in_metadata text,
    in_tags text,
    in_payload bytea,
    in_tag_keys bigint[])
returns bigint
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
    moment bigint;
begin
    perform pg_advisory_xact_lock(5504918767932538880 | '${prefix}store'::regclass::oid::bigint);
    insert into ${prefix}events (position, stream_id, version, id_high, id_low, recorded_at,
            kind_id, append_rest, metadata, tags, payload)
        select in_end + 1, in_stream, in_version, in_high, in_low, greatest(last.recorded_at,
                (select a.recorded_at from ${prefix}acts a order by a.act_id desc limit 1),
                coalesce(in_now, (extract(epoch from clock_timestamp()) * 1000000)::bigint)),
            in_kind, 0, in_metadata, in_tags, in_payload
        from (select e.position, e.id_high, e.id_low, e.recorded_at from ${prefix}events e
            order by e.position desc limit 1) last
        where last.position = in_end and last.id_high = in_end_high
            and last.id_low = in_end_low and last.recorded_at = in_end_time
            and current_setting('transaction_isolation') = 'read committed'
            and (in_trusting or (current_setting('synchronous_commit') <> 'off'
                and current_setting('fsync') <> 'off'))
        returning recorded_at into moment;
    if moment is not null and cardinality(in_tag_keys) > 0 then
        insert into ${prefix}tags (tag_key, position)
            select k, in_end + 1 from unnest(in_tag_keys) k;
    end if;
    return moment;
end
$$;

-- For people: the same events with names and texts.
create view ${prefix}events_readable as
    select e.position, s.name as stream, e.version, k.type, k.schema_version,
        lpad(to_hex(e.id_high), 16, '0') || lpad(to_hex(e.id_low), 16, '0') as event_id,
        timestamptz 'epoch' + e.recorded_at * interval '1 microsecond' as recorded_at,
        nullif(e.metadata, '') as metadata, nullif(e.tags, '') as tags,
        encode(e.payload, 'escape') as payload,
        e.version >= s.first_kept_version and e.payload is not null as readable
    from ${prefix}events e
    join ${prefix}streams s using (stream_id)
    left join ${prefix}kinds k using (kind_id);

-- For people: where each stream is.
create view ${prefix}stream_versions as
    select s.name as stream, s.first_kept_version,
        (select max(e.version) from ${prefix}events e where e.stream_id = s.stream_id) as version
    from ${prefix}streams s;

-- One row for each part of a snapshot of a stream; derived, any of them may be deleted.
create table ${prefix}snapshots (
    stream text collate "C" not null,
    state_type text collate "C" not null,
    version bigint not null,
    part integer not null,
    parts integer not null,
    schema_version integer not null,
    state bytea not null,
    primary key (stream, state_type, version, part)
);
alter table ${prefix}snapshots alter column state set storage external;

-- One row for each follower that ever saved; without a checkpoint it was forgotten.
create table ${prefix}checkpoints (
    follower text collate "C" primary key,
    fence bigint not null,
    checkpoint text
);

-- One row for each lease ever taken; rows stay, so that fences rise for ever.
create table ${prefix}leases (
    name text collate "C" primary key,
    owner text collate "C" not null,
    fence bigint not null,
    held boolean not null,
    expires_at bigint not null,
    duration_micros bigint not null
);

-- One row for each message that a handler has taken.
create table ${prefix}processed_messages (
    handler text collate "C" not null,
    message_id text collate "C" not null,
    processed_at bigint not null,
    primary key (handler, message_id)
);
create index ${prefix}messages_by_time on ${prefix}processed_messages (processed_at);
