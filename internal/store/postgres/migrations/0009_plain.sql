-- +goose Up
-- Letters of text alone, for those who want that.
alter table patrons add column plain boolean not null default false;
alter table renditions add column plain bytea; -- such a letter's form
