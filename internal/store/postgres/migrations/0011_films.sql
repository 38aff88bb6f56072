-- +goose Up
-- What a film database tells of the films that items are about. Nothing of it is
-- kept for longer than its licence allows.
create table films (
    subject text    collate "C" primary key, -- the film as pieces name it
    title   text    not null, -- the same as people write it
    tmdb    text    not null, -- its id there, empty when there is none
    decided boolean not null, -- whether the operator said so
    reason  text    not null, -- why there is none
    asked   bigint  not null,
    checked bigint  not null, -- when facts and watch came, 0 when they are not there
    facts   text    not null, -- JSON, empty when they are not there
    watch   text    not null  -- JSON, empty when there is nowhere
);

-- How asking it goes.
create table film_health (
    id         integer primary key check (id = 1),
    succeeded  bigint not null,
    failed     bigint not null, -- 0 after a success
    error      text   not null,
    not_before bigint not null
);
