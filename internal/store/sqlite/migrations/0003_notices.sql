-- +goose Up
-- Service mail, in no edition's balance. A notice is written together with the
-- one job that sends it; the row decides whether it still has to be sent.
create table notices (
    id       integer primary key autoincrement, -- never reused
    kind     text    not null,
    key      text    not null,
    address  text    not null,
    name     text    not null,
    subject  text    not null,
    body     text    not null, -- the plain text
    html     text    not null,
    state    text    not null,
    attempts integer not null default 0,
    doubts   integer not null default 0, -- copies that may have arrived
    reason   text    not null default '',
    created  integer not null,
    changed  integer not null,
    unique (kind, key)
) strict;
