package store_test

import (
	"marquee/internal/store"
	"marquee/internal/store/postgres"
	"marquee/internal/store/sqlite"
)

// The engines are stores.
var (
	_ store.Store = (*sqlite.Store)(nil)
	_ store.Store = (*postgres.Store)(nil)
)
