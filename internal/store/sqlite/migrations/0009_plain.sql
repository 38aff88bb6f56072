-- +goose Up
-- Letters of text alone, for those who want that.
alter table patrons add column plain integer not null default 0;
alter table renditions add column plain blob; -- such a letter's form
