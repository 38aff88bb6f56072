-- +goose Up
-- What our own WebSub hub was told of our feeds.
create table tellings (
    topic    text    primary key, -- a feed's address
    version  text    not null,    -- the entity tag that it was told of; empty when it could not be
    due      integer not null,    -- before which it is told nothing
    failures integer not null,
    error    text    not null
) strict, without rowid;
