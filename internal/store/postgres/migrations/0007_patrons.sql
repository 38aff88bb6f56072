-- +goose Up
-- How bringing a roster into step goes.
alter table rosters add column synced bigint not null default 0;  -- the last success
alter table rosters add column failed bigint not null default 0;  -- the last failure, 0 after a success
alter table rosters add column error text not null default '';     -- of that failure
alter table rosters add column braked boolean not null default false;-- whether that was the brake
alter table rosters add column remarks text not null default 'null'; -- of the last success, as JSON

-- What patrons decided for themselves. No roster touches it.
alter table patrons add column called text not null default ''; -- what letters call them; empty is by their name

create table declines (
    patron bigint not null references patrons (id),
    digest text collate "C" not null,
    primary key (patron, digest)
);

-- Whom the operator gave a tier, and what they were before: a roster's name,
-- tier and standing, empty for somebody new.
create table complimentary (
    patron   bigint primary key references patrons (id),
    until    bigint not null, -- 0 is for good
    roster   text    not null,
    tier     text    not null,
    standing text    not null
);

-- Who asked to be forgotten: codes of addresses and of rosters' ids, made with
-- the secret "erasures", which tell nobody who it was.
create table erasures (
    code text   collate "C" primary key,
    at   bigint not null
);

-- What the last file brought to a roster, to be undone.
create table imports (
    roster     text collate "C" primary key,
    at         bigint not null,
    difference text    not null -- JSON
);

-- Events that webhooks have told, as long as they may be told again.
create table hooks (
    key text   collate "C" primary key,
    at  bigint not null
);

-- Addresses that somebody typed in, until their owner says yes.
create table signups (
    id        bigint generated always as identity primary key, -- never reused
    email     text    not null,
    email_key text collate "C" not null unique,
    name      text    not null,
    at        bigint not null
);
