-- +goose Up
-- The edition that a correction puts right, null for an edition of its own.
alter table editions add column corrects integer references editions (id);

create index corrections on editions (corrects) where corrects is not null;
