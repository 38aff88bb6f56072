package delivery_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// discard is a transport that keeps nothing.
type discard struct{}

func (discard) Open(context.Context) (mail.Session, error) { return discard{}, nil }

func (discard) Send(ctx context.Context, window []mail.Message, begin mail.Begin) []error {
	errs := make([]error, len(window))
	through, err := begin(ctx)
	for i := range errs {
		if err != nil || !through[i] {
			errs[i] = &mail.SendError{Outcome: mail.Withheld, Err: err}
		}
	}
	return errs
}
func (discard) Usable() bool { return true }
func (discard) Close() error { return nil }

// BenchmarkRun delivers an edition of 57 KB to two thousand patrons on SQLite,
// with a sync at every transaction. The server shares the machine.
func BenchmarkRun(b *testing.B) {
	for name, through := range map[string]func(*testing.B) mail.Transport{
		"discard": func(*testing.B) mail.Transport { return discard{} },
		"smtp":    func(b *testing.B) mail.Transport { return newRelay(b) },
	} {
		b.Run(name, func(b *testing.B) {
			const patrons = 2000
			w := newWorld(b)
			w.enroll(b, patrons)
			large := largeForm(b)
			cfg := w.config(through(b))
			cfg.Relays[0].Limits.Connections, cfg.Turn = 8, time.Hour
			runner := delivery.New(cfg)
			var spent time.Duration
			for b.Loop() {
				b.StopTimer()
				w.sendForms(b, map[domain.Audience][]byte{readers: large, writers: large})
				before := cpu(b)
				b.StartTimer()
				if result, err := runner.Run(b.Context(), w.shard()); err != nil || !result.Done {
					b.Fatalf("result %+v, %v", result, err)
				}
				spent += cpu(b) - before
			}
			n := float64(b.N * patrons)
			b.ReportMetric(n/b.Elapsed().Seconds(), "msgs/s")
			b.ReportMetric(float64(spent.Microseconds())/n, "cpu-µs/msg")
		})
	}
}

func largeForm(b *testing.B) []byte {
	b.Helper()
	const line = "A review — “Copperwire” ★★★½ — of some length, with a link <https://lanternscreen.example>.\n"
	greeting := "Dear " + mail.SlotName.Mark() + ",\n"
	end := mail.SlotUnsubscribe.Mark() + "\n"
	data := composed(b, mail.Letter{
		Subject: "Weekly",
		Text:    greeting + strings.Repeat(line, 80) + end,
		HTML:    greeting + strings.Repeat("<p>"+line, 267) + end,
	})
	if len(data) < 56_000 || len(data) > 58_000 {
		b.Fatalf("a form of %d bytes", len(data))
	}
	return data
}

// cpu is what the process has used so far.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
