-- +goose Up
-- What a run has in hand is written down nowhere: the lease of a shard is the
-- claim on all its rows, which are a range of keys. The release before this one
-- claims rows in a way that this one does not see, and cannot go on beside it.

alter table patrons add column revision bigint not null default 0; -- grows with all that a letter hangs on

alter table editions add column entitled integer not null default 0; -- how many deliveries there were at the freeze
alter table editions add column resent bigint not null default 0; -- when it was last sent to who had missed it
update editions set entitled = (select count(*) from deliveries where edition = editions.id);

drop index deliveries_pending;
alter table deliveries rename to deliveries_1;
alter index deliveries_pkey rename to deliveries_1_pkey;

-- States: 0 queued, 1 deferred, 3 in doubt | 4 sent, 5 failed, 6 skipped. What is
-- below 4 is pending. Rows are made from patrons of the same database, who are
-- never deleted, so that foreign keys would only cost. No index but the key: an
-- update that touches none stays in its page.
create table deliveries (
    id       bigint   primary key, -- edition << 32 | patron
    next_at  bigint   not null default 0,
    changed  bigint   not null,
    fence    bigint   not null default 0,     -- of the lease that wrote last
    attempts integer  not null default 0,
    state    smallint not null default 0,
    doubtful boolean  not null default false, -- an attempt may have arrived
    class    text     not null default '',
    reason   text     not null default ''
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

insert into deliveries (id, state, doubtful, fence, attempts, next_at, class, reason, changed)
select edition << 32 | patron, case state when 2 then 0 else state end, doubtful, fence, attempts, next_at, class, reason, changed
from deliveries_1 order by 1;

drop table deliveries_1;
analyze deliveries;

-- A shard's rows are those with low < id <= high. Those up to settled are final.
alter table shards add column low bigint not null default 0;
alter table shards add column high bigint not null default 0;
alter table shards add column settled bigint not null default 0;
-- When the earliest pending row is due, null when none is pending; 0 when only the rows can tell.
alter table shards add column due bigint default 0;
-- The process that has the lease.
alter table shards add column instance integer not null default 0;

-- Rows in doubt must be from before any lease to come, whichever shard they were in.
update shards set owner = '', until = 0, fence = (select max(fence) from shards o where o.edition = shards.edition);

update shards set low = r.low, high = r.high, settled = r.low
from (
    select edition, number, min(id) - 1 as low, max(id) as high
    from (
        select d.id, e.id as edition, (row_number() over (partition by e.id order by d.id) - 1) * e.shards / e.entitled as number
        from deliveries d join editions e on e.id = d.id >> 32
    ) numbered
    group by edition, number
) r
where shards.edition = r.edition and shards.number = r.number;

-- What was learnt about how fast a destination takes mail.
create table paces (
    destination text collate "C" primary key,
    until       bigint  not null,
    reason      text    not null,
    level       integer not null,
    changed     bigint  not null
);

-- instances: grows with every process that opens the database.
insert into counters (name, value) values ('instances', 0);
