-- +goose Up
-- What complete listings of rosters leave behind.
create table rosters (
    name     text collate "C" primary key,
    listings bigint  not null default 0, -- how many were applied
    at       bigint  not null default 0  -- when the last of them was made
);

-- Patrons whom the last listings of their roster missed. A row is gone when they
-- are back, and when they have left.
create table absences (
    patron  bigint primary key references patrons (id),
    since   bigint not null, -- when the first listing was made that missed them
    listing bigint not null  -- its number
);

-- Pairs of tokens that are used up one after the other. They stand here as they
-- are, like all secrets of the installation: who can read the database can use them.
create table tokens (
    name       text collate "C" primary key,
    access     text    not null default '',
    refresh    text    not null default '',
    origin     text    not null default '', -- the configured tokens that they descend from; empty where there are none
    not_before bigint  not null default 0,  -- when they may be renewed again
    refused    bigint  not null default 0,
    owner      text    not null default '', -- who renews them, until
    until      bigint  not null default 0
);
