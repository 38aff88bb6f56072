-- +goose Up
-- The language that people want dates in; empty is the publication's.
alter table patrons add column dates text not null default '';

-- A letter is rendered once more for each of them that its audience wants.
create table dated (
    edition   integer not null references editions (id),
    standing  text    not null,
    tier      text    not null,
    dates     text    not null default '',
    subject   text    not null,
    preheader text    not null,
    html      text    not null,
    body      text    not null, -- the plain text
    form      blob,
    plain     blob,             -- the form of text alone
    primary key (edition, standing, tier, dates)
) strict;
insert into dated (edition, standing, tier, subject, preheader, html, body, form, plain)
    select edition, standing, tier, subject, preheader, html, body, form, plain from renditions;
drop table renditions;
alter table dated rename to renditions;
