package delivery_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/testkit"
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

// BenchmarkRun delivers an edition of 57 KB to ten thousand patrons, with a
// durable ledger: to nowhere, and over SMTP to a sink in another process. Signed
// copies bear one or two signatures. cpu-µs/msg is this process's alone.
func BenchmarkRun(b *testing.B) {
	ed25519, rsa := key(b, dkim.Ed25519), key(b, dkim.RSA)
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			b.Run("discard", func(b *testing.B) { measure(b, engine, func(*testing.B) mail.Transport { return discard{} }) })
			b.Run("smtp", func(b *testing.B) { measure(b, engine, farRelay) })
			b.Run("smtp-ed25519", func(b *testing.B) { measure(b, engine, farRelay, ed25519) })
			b.Run("smtp-ed25519-rsa", func(b *testing.B) { measure(b, engine, farRelay, ed25519, rsa) })
		})
	}
}

func key(b *testing.B, algorithm string) dkim.Key {
	b.Helper()
	pem, err := dkim.Generate(algorithm)
	check(b, err)
	private, err := dkim.ParseKey(pem)
	check(b, err)
	return dkim.Key{Selector: algorithm, Private: private}
}

// farRelay is a sink in another process that offers all there is.
func farRelay(b *testing.B) mail.Transport {
	b.Helper()
	address, stop := testkit.FarSink(b, 0, "PIPELINING", "CHUNKING", "8BITMIME", "SIZE")
	b.Cleanup(func() { stop() })
	return transport(b, address)
}

func measure(b *testing.B, engine string, through func(*testing.B) mail.Transport, keys ...dkim.Key) {
	b.Helper()
	const patrons = 10_000
	w := onEngine(b, engine)
	w.enroll(b, patrons)
	large := largeForm(b)
	cfg := w.config(through(b))
	cfg.Relays[0].Limits.Connections, cfg.Turn = 10, time.Hour
	if len(keys) > 0 {
		var err error
		cfg.Sender.Signer, err = dkim.New("lanternscreen.example", keys)
		check(b, err)
	}
	runner := delivery.New(cfg)
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		w.sendForms(b, map[domain.Audience][]byte{readers: large, writers: large})
		before := cpu(b)
		b.StartTimer()
		for done := false; !done; {
			done = w.carry(b, runner)
		}
		spent += cpu(b) - before
	}
	n := float64(b.N * patrons)
	b.ReportMetric(n/b.Elapsed().Seconds(), "msgs/s")
	b.ReportMetric(float64(spent.Microseconds())/n, "cpu-µs/msg")
}

// carry runs over all of the edition's shards.
func (w *world) carry(b *testing.B, runner *delivery.Runner) (done bool) {
	b.Helper()
	idle, err := w.IdleShards(b.Context(), w.clock.now())
	check(b, err)
	for _, s := range idle {
		result, err := runner.Run(b.Context(), s)
		check(b, err)
		done = result.Done
	}
	return done
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
