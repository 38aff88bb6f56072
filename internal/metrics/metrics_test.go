package metrics_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/metrics"
)

// fake is a store with an edition on its way, one that is done and older ones.
type fake struct{ broken error }

func (f fake) AllEditions(_ context.Context, limit int) ([]domain.Edition, error) {
	states := []domain.EditionState{domain.EditionFrozen, domain.EditionSending, domain.EditionDone}
	var all []domain.Edition
	for i, state := range states[:min(limit, len(states))] {
		all = append(all, domain.Edition{ID: domain.EditionID(3 - i), Digest: "weekly", Slot: domain.Slot("2026-11-2" + string('0'+rune(7-i)) + "T17:00"), State: state})
	}
	return all, f.broken
}

func (f fake) Balance(_ context.Context, id domain.EditionID) (domain.Balance, error) {
	return domain.Balance{Entitled: 10 * int(id), Sent: 7 * int(id), Pending: 3 * int(id), InDoubt: 1}, nil
}

func (f fake) Sources(context.Context) ([]domain.SourceStatus, error) {
	return []domain.SourceStatus{
		{Source: "reviews", Succeeded: time.Unix(1764000000, 0)}, {Source: "picks", Failures: 4},
	}, nil
}

func (f fake) Paces(context.Context) (map[string]delivery.Pace, error) {
	return map[string]delivery.Pace{"domain example.org": {Until: time.Unix(1764003600, 0), Level: 2}}, nil
}

func scrape(t *testing.T, store metrics.Store) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h := metrics.Handler(metrics.Config{Store: store, Version: "v1.2.3", Log: slog.New(slog.DiscardHandler)})
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	return w.Code, w.Body.String()
}

func TestScrape(t *testing.T) {
	t.Parallel()
	code, body := scrape(t, fake{})
	if code != http.StatusOK {
		t.Fatalf("status %d: %s", code, body)
	}
	for _, line := range []string{
		`marquee_build_info{version="v1.2.3"} 1`,
		`marquee_edition_deliveries{edition="weekly-2026-11-27-1700",state="entitled"} 30`,
		`marquee_edition_deliveries{edition="weekly-2026-11-26-1700",state="sent"} 14`,
		`marquee_edition_deliveries{edition="weekly-2026-11-26-1700",state="indoubt"} 1`,
		`marquee_source_failures{source="picks"} 4`,
		`marquee_source_success_timestamp_seconds{source="picks"} 0`,
		`marquee_source_success_timestamp_seconds{source="reviews"} 1.764e+09`,
		`marquee_destination_paused_until_timestamp_seconds{destination="domain example.org"} 1.7640036e+09`,
		`marquee_destination_slow_level{destination="domain example.org"} 2`,
		"go_goroutines ",
	} {
		if !strings.Contains(body, line+"\n") && !strings.Contains(body, line) {
			t.Errorf("no line %s", line)
		}
	}
	if strings.Contains(body, "weekly-2026-11-25-1700") {
		t.Error("an old edition that is done is counted at each scrape")
	}
}

func TestStoreUnreadable(t *testing.T) {
	t.Parallel()
	code, body := scrape(t, fake{broken: errors.New("disk on fire")})
	if code != http.StatusInternalServerError {
		t.Errorf("status %d: %s", code, body)
	}
}
