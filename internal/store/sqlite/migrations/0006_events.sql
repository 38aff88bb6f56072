-- +goose Up
-- What happened to items, and when sources are asked.

-- From when on an item has stood unchanged for long enough to be mailed.
alter table items add column settles integer not null default 0;

create table events (
    item   text    not null references items (id),
    at     integer not null,
    kind   text    not null,
    source text    not null, -- whose read told
    primary key (source, at, kind, item)
) strict, without rowid;

create index events_of on events (item, at);

-- Pieces of several sources, or of several guids, as each tells them; an item
-- that is told once has no row here.
create table copies (
    source    text not null,
    guid      text not null,
    item      text not null references items (id),
    withdrawn integer not null,
    doc       text not null, -- JSON; empty for a guid that the source has given up
    primary key (source, guid)
) strict, without rowid;

create index copies_of on copies (item);

-- Pieces that their source shows only in part, of which somebody looks at the page.
create index items_kept on items (source, published desc) where exclusive and opened = 0 and withdrawn = 0;

-- Hashes of addresses and titles, by which a piece is recognised.
create table item_keys (
    key  integer not null,
    item text    not null,
    primary key (key, item)
) strict, without rowid;

-- keyed: 1 when items from before there were keys have theirs.
insert into counters (name, value) values ('keyed', 0);

-- When an item's page was last looked at, and how often in a row it was not there.
create table checks (
    item   text    primary key references items (id),
    at     integer not null,
    absent integer not null,
    kept   integer not null -- whether it said that the rest is for patrons
) strict, without rowid;

alter table sources add column asked integer not null default 0;    -- when the last read began
alter table sources add column hint integer not null default 0;     -- when it may be read again by its own wish
alter table sources add column since integer not null default 0;    -- when it began to fail, 0 after a success
alter table sources add column alerted integer not null default 0;  -- when the operator was last told of that
alter table sources add column poked integer not null default 0;    -- when somebody said that there is something new
alter table sources add column oldest integer not null default 0;   -- the date of the oldest piece that it gave when it last gave any
alter table sources add column instance integer not null default 0; -- the process that reads it
alter table sources add column until integer not null default 0;    -- until when that is believed
update sources set asked = max(succeeded, failed), since = failed;

-- Hosts that asked to be left alone.
create table hosts (
    name       text    primary key,
    not_before integer not null
) strict, without rowid;

-- Subscriptions with WebSub hubs.
create table subscriptions (
    source   text    primary key,
    hub      text    not null,
    topic    text    not null,
    callback text    not null unique, -- hash of what its address holds
    state    text    not null,
    until    integer not null, -- when the lease ends
    due      integer not null, -- when there is something to do
    failures integer not null,
    error    text    not null
) strict, without rowid;
