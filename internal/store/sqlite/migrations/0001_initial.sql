-- +goose Up
-- Instants are microseconds since 1970 in UTC, 0 where there is none.

create table counters (
    name  text primary key,
    value integer not null
) strict, without rowid;

-- items: grows with every change to any item. ping: written to see that writing works.
insert into counters (name, value) values ('items', 0), ('ping', 0);

create table sources (
    name       text primary key,
    state      blob,
    succeeded  integer not null default 0,
    failed     integer not null default 0,
    error      text    not null default '',
    failures   integer not null default 0,
    problems   text    not null default 'null', -- JSON
    not_before integer not null default 0
) strict;

create table items (
    id              text primary key,
    source          text    not null,
    guid            text    not null,
    kind            text    not null,
    series          text    not null,
    title           text    not null,
    published       integer not null,
    updated         integer not null,
    first_published integer not null,
    first_seen      integer not null,
    changed         integer not null,
    opened          integer not null,
    withdrawn       integer not null,
    backlog         integer not null,
    exclusive       integer not null,
    doc             text    not null, -- the rest, as JSON
    unique (source, guid)
) strict;

create index items_standing on items (published desc, id) where withdrawn = 0;

create table editions (
    id         integer primary key autoincrement, -- never reused
    digest     text    not null,
    slot       text    not null,
    slug       text    not null unique,
    state      text    not null,
    reason     text    not null,
    subject    text    not null,
    frozen     integer not null,
    due        integer not null,
    started    integer not null default 0, -- Date of every copy
    shards     integer not null,
    recipients text    not null, -- audiences, as JSON
    unique (digest, slot)
) strict;

create table edition_items (
    edition  integer not null references editions (id),
    position integer not null,
    item     text    not null references items (id),
    digest   text    not null,
    primary key (edition, position),
    unique (digest, item)
) strict, without rowid;

create table renditions (
    edition   integer not null references editions (id),
    standing  text    not null,
    tier      text    not null,
    subject   text    not null,
    preheader text    not null,
    html      text    not null,
    body      text    not null, -- the plain text
    form      blob,
    primary key (edition, standing, tier)
) strict;

create table patrons (
    id        integer primary key autoincrement, -- never reused
    roster    text    not null,
    external  text    not null,
    email     text    not null,
    email_key text    not null unique,
    name      text    not null,
    tier      text    not null,
    standing  text    not null,
    since     integer not null
) strict;

create index patrons_of on patrons (roster);

create table suppressions (
    email_key text primary key,
    reason    text    not null,
    at        integer not null
) strict;

create table shards (
    edition integer not null references editions (id),
    number  integer not null,
    owner   text    not null default '',
    fence   integer not null default 0,
    until   integer not null default 0,
    primary key (edition, number)
) strict, without rowid;

-- States: 0 queued, 1 deferred, 2 claimed, 3 in doubt | 4 sent, 5 failed, 6 skipped.
-- What is below 4 is pending. Rows are made from patrons of the same database,
-- who are never deleted, so that foreign keys would only cost.
create table deliveries (
    edition  integer not null,
    shard    integer not null,
    patron   integer not null,
    state    integer not null default 0,
    doubtful integer not null default 0, -- an attempt may have arrived
    fence    integer not null default 0, -- of the lease that claimed it
    attempts integer not null default 0,
    next_at  integer not null default 0,
    class    text    not null default '',
    reason   text    not null default '',
    changed  integer not null,
    primary key (edition, shard, patron)
) strict, without rowid;

create index deliveries_pending on deliveries (edition, shard, patron) where state < 4;

create table marks (
    name text primary key,
    slot text not null
) strict;

create table secrets (
    name  text primary key,
    value blob not null
) strict;
