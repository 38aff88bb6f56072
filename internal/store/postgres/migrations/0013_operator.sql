-- +goose Up
-- Who runs the publication.
create table operator (
    id       integer primary key check (id = 1), -- there is one
    password text    not null                    -- its hash
);

-- The browsers that have shown the password.
create table sessions (
    key   text    primary key, -- a hash of the secret
    begun bigint  not null,
    seen  bigint  not null
);
