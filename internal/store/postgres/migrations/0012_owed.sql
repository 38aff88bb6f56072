-- +goose Up
-- Pieces whose pages could not be had, and are asked again.
create table owed (
    source text collate "C" not null,
    guid   text collate "C" not null,
    tries  bigint not null, -- that failed in a row
    due    bigint not null,
    primary key (source, guid)
);
