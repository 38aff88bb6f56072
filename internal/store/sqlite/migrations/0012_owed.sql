-- +goose Up
-- Pieces whose pages could not be had, and are asked again.
create table owed (
    source text    not null,
    guid   text    not null,
    tries  integer not null, -- that failed in a row
    due    integer not null,
    primary key (source, guid)
) strict, without rowid;
