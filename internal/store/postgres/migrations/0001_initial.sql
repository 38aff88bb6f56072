-- +goose Up
-- Instants are microseconds since 1970 in UTC, 0 where there is none. Names are
-- collated by their bytes, so that every cluster sorts them as SQLite does.

create table counters (
    name  text collate "C" primary key,
    value bigint not null
);

-- items: grows with every change to any item. ping: written to see that writing works.
insert into counters (name, value) values ('items', 0), ('ping', 0);

create table sources (
    name       text collate "C" primary key,
    state      bytea,
    succeeded  bigint  not null default 0,
    failed     bigint  not null default 0,
    error      text    not null default '',
    failures   integer not null default 0,
    problems   text    not null default 'null', -- JSON
    not_before bigint  not null default 0
);

create table items (
    id              text collate "C" primary key,
    source          text collate "C" not null,
    guid            text collate "C" not null,
    kind            text    not null,
    series          text    not null,
    title           text    not null,
    published       bigint  not null,
    updated         bigint  not null,
    first_published bigint  not null,
    first_seen      bigint  not null,
    changed         bigint  not null,
    opened          bigint  not null,
    withdrawn       bigint  not null,
    backlog         boolean not null,
    exclusive       boolean not null,
    doc             text    not null, -- the rest, as JSON
    unique (source, guid)
);

create index items_standing on items (published desc, id) where withdrawn = 0;

create table editions (
    id         bigint generated always as identity primary key, -- never reused
    digest     text collate "C" not null,
    slot       text collate "C" not null,
    slug       text collate "C" not null unique,
    state      text    not null,
    reason     text    not null,
    subject    text    not null,
    frozen     bigint  not null,
    due        bigint  not null,
    started    bigint not null default 0, -- Date of every copy
    shards     integer not null,
    recipients text    not null, -- audiences, as JSON
    unique (digest, slot)
);

create table edition_items (
    edition  bigint  not null references editions (id),
    position integer not null,
    item     text collate "C" not null references items (id),
    digest   text collate "C" not null,
    primary key (edition, position),
    unique (digest, item)
);

create table renditions (
    edition   bigint not null references editions (id),
    standing  text   not null,
    tier      text   not null,
    subject   text   not null,
    preheader text   not null,
    html      text   not null,
    body      text   not null, -- the plain text
    form      bytea,
    primary key (edition, standing, tier)
);

create table patrons (
    id        bigint generated always as identity primary key, -- never reused
    roster    text   not null,
    external  text   not null,
    email     text   not null,
    email_key text collate "C" not null unique,
    name      text   not null,
    tier      text   not null,
    standing  text   not null,
    since     bigint not null
);

create index patrons_of on patrons (roster);

create table suppressions (
    email_key text collate "C" primary key,
    reason    text   not null,
    at        bigint not null
);

create table shards (
    edition bigint  not null references editions (id),
    number  integer not null,
    owner   text    not null default '',
    fence   bigint  not null default 0,
    until   bigint  not null default 0,
    primary key (edition, number)
);

-- States: 0 queued, 1 deferred, 2 claimed, 3 in doubt | 4 sent, 5 failed, 6 skipped.
-- What is below 4 is pending. Rows are made from patrons of the same database,
-- who are never deleted, so that foreign keys would only cost.
create table deliveries (
    edition  bigint   not null,
    shard    integer  not null,
    patron   bigint   not null,
    state    smallint not null default 0,
    doubtful boolean  not null default false, -- an attempt may have arrived
    fence    bigint   not null default 0,     -- of the lease that claimed it
    attempts integer  not null default 0,
    next_at  bigint   not null default 0,
    class    text     not null default '',
    reason   text     not null default '',
    changed  bigint   not null,
    primary key (edition, shard, patron)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

create index deliveries_pending on deliveries (edition, shard, patron) where state < 4;

create table marks (
    name text collate "C" primary key,
    slot text collate "C" not null
);

create table secrets (
    name  text collate "C" primary key,
    value bytea not null
);
