// Package metrics tells a Prometheus server how the publication does: how far
// editions are, which sources fail, which destinations rest. It knows of no
// person: no label holds an address, a name or a token.
package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// Store is what is asked at each scrape.
type Store interface {
	// AllEditions are the newest editions in any state, newest first.
	AllEditions(ctx context.Context, limit int) ([]domain.Edition, error)
	// Balance counts an edition's deliveries.
	Balance(ctx context.Context, id domain.EditionID) (domain.Balance, error)
	// Sources is how gathering from every source that was ever read goes.
	Sources(ctx context.Context) ([]domain.SourceStatus, error)
	// Paces are what was learnt about destinations, by name.
	Paces(ctx context.Context) (map[string]delivery.Pace, error)
}

// Config is what the metrics are made of.
type Config struct {
	Store   Store
	Version string
	Log     *slog.Logger
}

// Handler serves the metrics in Prometheus's text format, and those of the Go
// runtime and the process beside them. When the store cannot be read it answers
// 500: no number is better than a wrong one.
func Handler(cfg Config) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		newPublication(cfg),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelError),
		Timeout:  scrapeTimeout,
	})
}

// scrapeTimeout is what Prometheus waits at most, unless told otherwise.
const scrapeTimeout = 10 * time.Second
