package testkit

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
)

// Where a process that is to be a sink finds what it offers and how late it is.
const (
	sinkOffer = "MARQUEE_TEST_SINK_OFFER"
	sinkRTT   = "MARQUEE_TEST_SINK_RTT"
)

// BeFarSink is for TestMain: in a process that FarSink has started it is the
// sink, and does not return.
func BeFarSink() {
	offer, asked := os.LookupEnv(sinkOffer)
	if !asked {
		return
	}
	if err := beSink(offer, os.Getenv(sinkRTT)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// beSink is a sink until standard input ends. It says its address first and the
// number of messages last.
func beSink(offer, rtt string) error {
	cfg := SinkConfig{Offer: strings.Fields(offer)}
	var err error
	if cfg.RTT, err = time.ParseDuration(rtt); err != nil {
		return err
	}
	sink, err := StartSink(context.Background(), cfg)
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

// FarSink is a sink in another process, so that this one's processor time is the
// sender's alone. stop ends it and returns how many messages it took. The test's
// TestMain calls BeFarSink.
func FarSink(tb testing.TB, rtt time.Duration, offer ...string) (address string, stop func() int) {
	tb.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(tb.Context()), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), sinkOffer+"="+strings.Join(offer, " "), sinkRTT+"="+rtt.String())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	return lines.Text(), func() int {
		_ = in.Close() // which tells it to stop
		lines.Scan()
		var taken int
		if _, err := fmt.Sscan(lines.Text(), &taken); err != nil {
			tb.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			tb.Error(err)
		}
		return taken
	}
}
