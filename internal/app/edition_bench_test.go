package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/app"
	"marquee/internal/domain"
	"marquee/internal/gather"
)

// BenchmarkEdition puts an edition of 25 items together for the public and four
// audiences that get letters, in HTML and text, composed as mail twice, once of
// text alone: all that freezing does but to write it down. Preview is what the
// maker waits for to see one letter.
func BenchmarkEdition(b *testing.B) {
	a := weekOf25(b)
	b.Run("Report", func(b *testing.B) {
		measure(b, func(ctx context.Context) error {
			r, err := a.Report(ctx, "weekly", slotName)
			if err == nil && (len(r.Audiences) != 5 || len(r.Sections[0].Items)+len(r.Sections[1].Items) != 25) {
				err = fmt.Errorf("%d audiences, sections %+v", len(r.Audiences), r.Sections)
			}
			return err
		})
	})
	b.Run("Preview", func(b *testing.B) {
		measure(b, func(ctx context.Context) error {
			_, err := a.Preview(ctx, "weekly", slotName, domain.Readers{Audience: a.HighestAudience()})
			return err
		})
	})
}

// measure reports the processor time of one call.
func measure(b *testing.B, call func(context.Context) error) {
	b.Helper()
	used := processorTime(b)
	for b.Loop() {
		if err := call(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime(b)-used).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// weekOf25 is a publication with 24 reviews and the week's picks.
func weekOf25(b *testing.B) *app.App {
	b.Helper()
	dir := b.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		if err := os.Chtimes(file, slotTime.Add(-9*time.Hour), slotTime.Add(-9*time.Hour)); err != nil {
			b.Fatal(err)
		}
	}
	write("config.yaml", heading+`
sources:
  picks: {kind: markdown, path: picks}
  reviews: {kind: markdown, path: reviews, item_kind: review, url: "https://www.lanternscreen.example/reviews"}
digests: {weekly: {to: everyone, schedule: "0 17 * * FRI", sections: [{section: reviews, max: 25}, {section: picks}]}}
mail: {from: "Mara <digest@lanternscreen.example>", transport: maildir, maildir: {path: mail}}
`)
	write("picks/2026-11-20.md", handPicks)
	text := strings.Repeat("A lineman hears a voice in the wires, and for an hour the film hums like a transformer in July. ", 40)
	for i := range 24 {
		write(fmt.Sprintf("reviews/film-%02d.md", i), fmt.Sprintf("---\ntitle: Film %d\ndate: 2026-11-19T12:%02d:00Z\nyear: 2026\ndirector: Hana Brandt\nrating: 3/4\n---\n%s\n", i, i, text))
	}
	env := app.Env{Version: "test", Now: func() time.Time { return slotTime.Add(-time.Hour) }, Log: slog.New(slog.DiscardHandler)}
	cfg, err := app.Load(filepath.Join(dir, "config.yaml"), nil, env)
	if err != nil {
		b.Fatal(err)
	}
	a, err := app.New(b.Context(), cfg, env, app.Exclusive)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	err = a.Gather(b.Context(), nil, func(name string, r gather.Report, err error) {
		if err != nil || len(r.Problems) > 0 {
			b.Fatal(name, r.Problems, err)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	return a
}
