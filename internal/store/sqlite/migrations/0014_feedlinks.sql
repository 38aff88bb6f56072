-- +goose Up
-- What opens a patron's own feeds. Only a hash of the secret is kept.
create table feed_links (
    patron integer primary key references patrons (id),
    hash   text    not null unique,
    made   integer not null
) strict;

-- By which programs those feeds are read. A network is a code.
create table feed_reads (
    patron      integer not null references feed_links (patron) on delete cascade,
    feed        text    not null, -- NAME.FORMAT
    software    text    not null,
    network     text    not null,
    subscribers integer not null, -- that the program says it reads for
    times       integer not null,
    first       integer not null,
    last        integer not null,
    primary key (patron, feed, software, network)
) strict, without rowid;
create index feed_reads_by_last on feed_reads (last);
