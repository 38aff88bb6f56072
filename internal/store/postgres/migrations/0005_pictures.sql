-- +goose Up
-- Images that are ours: each address is asked until it has given one, and prints
-- of it stay for as long as letters hold their addresses.

create table prints (
    picture text collate "C" not null, -- made from the original's bytes
    width   bigint not null,
    height  bigint not null,
    jpeg    bytea  not null,
    primary key (picture, width)
);

-- JPEGs do not get smaller.
alter table prints alter column jpeg set storage external;

create table picture_sources (
    url      text collate "C" primary key,
    picture  text   not null, -- empty while it has given none
    width    bigint not null, -- of the original
    height   bigint not null,
    failures bigint not null,
    reason   text   not null,
    due      bigint not null  -- when it is asked again; 0 when it is not
);

-- Whether none of an item's images is left to be fetched. Items from before
-- pictures are fetched step by step.
alter table items add column illustrated boolean not null default false;

create index items_to_illustrate on items (source, published desc, id) where withdrawn = 0 and not illustrated;
