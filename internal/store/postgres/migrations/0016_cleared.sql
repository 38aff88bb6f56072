-- +goose Up
-- When the operator last let an edition go: what was withdrawn before does not
-- hold it again.
alter table editions add column cleared bigint not null default 0;
