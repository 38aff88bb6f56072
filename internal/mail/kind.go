package mail

import (
	"log/slog"
	"time"

	"marquee/internal/config"
)

// Env is what a transport may use.
type Env struct {
	Log *slog.Logger
	Now func() time.Time
}

// Kind is one entry of the list in internal/app/kinds.go.
type Kind struct {
	Name string
	// New checks the options and returns a transport; it connects to nothing yet.
	New func(Env, config.Options) (Transport, error)
}
