-- +goose Up
-- The language that people want dates in; empty is the publication's.
alter table patrons add column dates text not null default '';

-- A letter is rendered once more for each of them that its audience wants.
alter table renditions add column dates text collate "C" not null default '';
alter table renditions drop constraint renditions_pkey, add primary key (edition, standing, tier, dates);
