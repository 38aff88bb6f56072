-- +goose Up
-- What our own WebSub hub was told of our feeds.
create table tellings (
    topic    text   collate "C" primary key, -- a feed's address
    version  text   not null,    -- the entity tag that it was told of; empty when it could not be
    due      bigint not null,    -- before which it is told nothing
    failures bigint not null,
    error    text   not null
);
