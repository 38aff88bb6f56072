-- +goose Up
-- That a letter did not arrive, or was not wanted: one fact for each letter and
-- class, however often it is told.
create table bounces (
    patron  bigint not null,
    edition bigint not null,           -- 0: nobody knows which letter it was
    class   text collate "C" not null,
    status  text   not null,
    reason  text   not null,
    way     text   not null,
    domain  text collate "C" not null, -- of the address
    sent    bigint not null,           -- when the letter left; 0: unknown
    at      bigint not null,
    judged  bigint not null default 0, -- what it means for the address is done
    lifted  bigint not null default 0, -- when the operator said that it counts no more
    primary key (patron, edition, class)
);

create index bounces_of on bounces (edition, judged);
create index bounces_ours on bounces (domain, sent) where class = 'ours';

-- When their address last changed: what came back of earlier letters is not about
-- the one they have.
alter table patrons add column moved bigint not null default 0;
