package smtp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// TestMain lets this program be its own mail server, for benchmarks that count
// the sender's processor time alone.
func TestMain(m *testing.M) {
	if offer, ok := os.LookupEnv("SINK_OFFER"); ok {
		if err := beSink(offer, os.Getenv("SINK_RTT")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// beSink is a sink until standard input ends. It says its address first and the
// number of messages last.
func beSink(offer, rtt string) error {
	cfg := testkit.SinkConfig{Offer: strings.Fields(offer)}
	var err error
	if cfg.RTT, err = time.ParseDuration(rtt); err != nil {
		return err
	}
	sink, err := testkit.StartSink(context.Background(), cfg)
	if err != nil {
		return err
	}
	fmt.Println(sink.Addr)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	fmt.Println(sink.Taken())
	return sink.Close()
}

// farSink is a sink in another process. stop ends it and returns how many
// messages it took.
func farSink(b *testing.B, rtt time.Duration, offer ...string) (address string, stop func() int) {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "SINK_OFFER="+strings.Join(offer, " "), "SINK_RTT="+rtt.String())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	return lines.Text(), func() int {
		in.Close()
		lines.Scan()
		var taken int
		if _, err := fmt.Sscan(lines.Text(), &taken); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
		return taken
	}
}
