-- +goose Up
-- Images that are ours: each address is asked until it has given one, and prints
-- of it stay for as long as letters hold their addresses.

create table prints (
    picture text    not null, -- made from the original's bytes
    width   integer not null,
    height  integer not null,
    jpeg    blob    not null,
    primary key (picture, width)
) strict;

create table picture_sources (
    url      text    primary key,
    picture  text    not null, -- empty while it has given none
    width    integer not null, -- of the original
    height   integer not null,
    failures integer not null,
    reason   text    not null,
    due      integer not null  -- when it is asked again; 0 when it is not
) strict, without rowid;

-- Whether none of an item's images is left to be fetched. Items from before
-- pictures are fetched step by step.
alter table items add column illustrated integer not null default 0;

create index items_to_illustrate on items (source, published desc, id) where withdrawn = 0 and not illustrated;
