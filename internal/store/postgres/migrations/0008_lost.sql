-- +goose Up
-- An attempt's answer was lost: a doubt that is not a crash's.
alter table deliveries add column lost boolean not null default false;
update deliveries set lost = doubtful where class = 'unknown';
