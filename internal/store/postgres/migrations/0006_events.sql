-- +goose Up
-- What happened to items, and when sources are asked.

-- From when on an item has stood unchanged for long enough to be mailed.
alter table items add column settles bigint not null default 0;

create table events (
    item   text collate "C" not null references items (id),
    at     bigint not null,
    kind   text collate "C" not null,
    source text collate "C" not null, -- whose read told
    primary key (source, at, kind, item)
);

create index events_of on events (item, at);

-- Pieces of several sources, or of several guids, as each tells them; an item
-- that is told once has no row here.
create table copies (
    source    text collate "C" not null,
    guid      text collate "C" not null,
    item      text collate "C" not null references items (id),
    withdrawn bigint not null,
    doc       text not null, -- JSON; empty for a guid that the source has given up
    primary key (source, guid)
);

create index copies_of on copies (item);

-- Pieces that their source shows only in part, of which somebody looks at the page.
create index items_kept on items (source, published desc) where exclusive and opened = 0 and withdrawn = 0;

-- Hashes of addresses and titles, by which a piece is recognised.
create table item_keys (
    key  bigint not null,
    item text collate "C" not null,
    primary key (key, item)
);

-- keyed: 1 when items from before there were keys have theirs.
insert into counters (name, value) values ('keyed', 0);

-- When an item's page was last looked at, and how often in a row it was not there.
create table checks (
    item   text collate "C" primary key references items (id),
    at     bigint not null,
    absent bigint not null,
    kept   boolean not null -- whether it said that the rest is for patrons
);

alter table sources add column asked bigint not null default 0;    -- when the last read began
alter table sources add column hint bigint not null default 0;     -- when it may be read again by its own wish
alter table sources add column since bigint not null default 0;    -- when it began to fail, 0 after a success
alter table sources add column alerted bigint not null default 0;  -- when the operator was last told of that
alter table sources add column poked bigint not null default 0;    -- when somebody said that there is something new
alter table sources add column oldest bigint not null default 0;   -- the date of the oldest piece that it gave when it last gave any
alter table sources add column instance bigint not null default 0; -- the process that reads it
alter table sources add column until bigint not null default 0;    -- until when that is believed
update sources set asked = greatest(succeeded, failed), since = failed;

-- Hosts that asked to be left alone.
create table hosts (
    name       text collate "C" primary key,
    not_before bigint not null
);

-- Subscriptions with WebSub hubs.
create table subscriptions (
    source   text collate "C" primary key,
    hub      text collate "C" not null,
    topic    text collate "C" not null,
    callback text collate "C" not null unique, -- hash of what its address holds
    state    text collate "C" not null,
    until    bigint not null, -- when the lease ends
    due      bigint not null, -- when there is something to do
    failures bigint not null,
    error    text collate "C" not null
);
