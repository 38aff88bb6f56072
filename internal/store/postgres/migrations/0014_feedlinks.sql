-- +goose Up
-- What opens a patron's own feeds. Only a hash of the secret is kept.
create table feed_links (
    patron bigint primary key references patrons (id),
    hash   text   collate "C" not null unique,
    made   bigint not null
);

-- By which programs those feeds are read. A network is a code.
create table feed_reads (
    patron      bigint not null references feed_links (patron) on delete cascade,
    feed        text   collate "C" not null, -- NAME.FORMAT
    software    text   collate "C" not null,
    network     text   collate "C" not null,
    subscribers bigint not null, -- that the program says it reads for
    times       bigint not null,
    first       bigint not null,
    last        bigint not null,
    primary key (patron, feed, software, network)
);
create index feed_reads_by_last on feed_reads (last);
