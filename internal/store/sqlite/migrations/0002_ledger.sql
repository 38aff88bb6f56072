-- +goose Up
-- What a run has in hand is written down nowhere: the lease of a shard is the
-- claim on all its rows, which are a range of keys.

alter table patrons add column revision integer not null default 0; -- grows with all that a letter hangs on

alter table editions add column entitled integer not null default 0; -- how many deliveries there were at the freeze
alter table editions add column resent integer not null default 0; -- when it was last sent to who had missed it
update editions set entitled = (select count(*) from deliveries where edition = editions.id);

drop index deliveries_pending;
alter table deliveries rename to deliveries_1;

-- States: 0 queued, 1 deferred, 3 in doubt | 4 sent, 5 failed, 6 skipped. What is
-- below 4 is pending. Rows are made from patrons of the same database, who are
-- never deleted, so that foreign keys would only cost.
create table deliveries (
    id       integer primary key, -- edition << 32 | patron: one number is found three times as fast as two
    state    integer not null default 0,
    doubtful integer not null default 0, -- an attempt may have arrived
    fence    integer not null default 0, -- of the lease that wrote last
    attempts integer not null default 0,
    next_at  integer not null default 0,
    class    text    not null default '',
    reason   text    not null default '',
    changed  integer not null
) strict;

insert into deliveries (id, state, doubtful, fence, attempts, next_at, class, reason, changed)
select edition << 32 | patron, case state when 2 then 0 else state end, doubtful, fence, attempts, next_at, class, reason, changed
from deliveries_1 order by 1;

drop table deliveries_1;

-- A shard's rows are those with low < id <= high. Those up to settled are final.
alter table shards add column low integer not null default 0;
alter table shards add column high integer not null default 0;
alter table shards add column settled integer not null default 0;
-- When the earliest pending row is due, null when none is pending; 0 when only the rows can tell.
alter table shards add column due integer default 0;
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
    )
    group by edition, number
) r
where shards.edition = r.edition and shards.number = r.number;

-- What was learnt about how fast a destination takes mail.
create table paces (
    destination text    primary key,
    until       integer not null,
    reason      text    not null,
    level       integer not null,
    changed     integer not null
) strict;

-- instances: grows with every process that opens the database to work.
insert into counters (name, value) values ('instances', 0);
