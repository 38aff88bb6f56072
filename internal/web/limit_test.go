package web

import (
	"encoding/binary"
	"errors"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

func TestVisitor(t *testing.T) {
	t.Parallel()
	proxies := Proxies{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("10.0.0.0/24")}
	tests := map[string]struct {
		peer    string
		headers []string
		want    string
	}{
		"nobody in between":         {"192.0.2.1:4711", nil, "192.0.2.1/32"},
		"a stranger says":           {"192.0.2.1:4711", []string{"198.51.100.7"}, "192.0.2.1/32"},
		"a proxy says":              {"127.0.0.1:4711", []string{"198.51.100.7"}, "198.51.100.7/32"},
		"over IPv6":                 {"[::1]:4711", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		"an address of both kinds":  {"[::ffff:127.0.0.1]:1", []string{"::ffff:192.0.2.9"}, "192.0.2.9/32"},
		"its client says more":      {"127.0.0.1:4711", []string{"203.0.113.5, 198.51.100.7"}, "198.51.100.7/32"},
		"two proxies":               {"127.0.0.1:4711", []string{"203.0.113.5, 198.51.100.7, 10.0.0.9"}, "198.51.100.7/32"},
		"in two fields":             {"127.0.0.1:4711", []string{"203.0.113.5, 198.51.100.7", "10.0.0.9"}, "198.51.100.7/32"},
		"a proxy of another's":      {"127.0.0.1:4711", []string{"198.51.100.7, 10.0.1.9"}, "10.0.1.9/32"},
		"nonsense":                  {"127.0.0.1:4711", []string{"unknown"}, "127.0.0.1/32"},
		"nonsense behind a proxy":   {"127.0.0.1:4711", []string{"evil, 10.0.0.9"}, "10.0.0.9/32"},
		"nothing":                   {"127.0.0.1:4711", []string{""}, "127.0.0.1/32"},
		"a proxy that says nothing": {"10.0.0.9:1", nil, "10.0.0.9/32"},
		"a zone":                    {"[fe80::1%eth0]:1", nil, "fe80::/64"},
		"no address":                {"@", nil, "invalid Prefix"},
	}
	for name, test := range tests {
		r := &http.Request{RemoteAddr: test.peer, Header: http.Header{"X-Forwarded-For": test.headers}}
		if got := proxies.Visitor(r).String(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	l := Limit{Burst: 3, Every: time.Minute}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	ada, bo := network(netip.MustParseAddr("192.0.2.1")), network(netip.MustParseAddr("192.0.2.2"))
	for n := range 3 {
		if err := l.Take(ada, now); err != nil {
			t.Fatalf("%d: %v", n, err)
		}
	}
	often := (*TooManyError)(nil)
	if err := l.Take(ada, now.Add(15*time.Second)); !errors.As(err, &often) || often.Wait != 45*time.Second {
		t.Errorf("once too often: %v", err)
	}
	if err := l.Check(ada, now.Add(59*time.Second)); err == nil {
		t.Error("a second too early")
	}
	for range 2 { // checking takes nothing
		if err := l.Check(ada, now.Add(time.Minute)); err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(l.Take(ada, now.Add(time.Minute)), l.Take(bo, now)); err != nil {
		t.Error(err)
	}
	if err := l.Take(ada, now.Add(time.Minute)); err == nil {
		t.Error("a minute brings one, not two")
	}
	if err := l.Take(ada, now.AddDate(-1, 0, 0)); err != nil {
		t.Errorf("a clock that is set back keeps nobody out: %v", err)
	}
	if err := new(Limit).Take(ada, now); err != nil {
		t.Errorf("the zero Limit: %v", err)
	}
}

// However many visitors there are, few are remembered, and the last of them are.
func TestLimitForgets(t *testing.T) {
	t.Parallel()
	l := Limit{Burst: 1, Every: time.Hour}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	visitor := func(n int) netip.Prefix {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], uint32(n))
		return network(netip.AddrFrom4(a))
	}
	const all = 100_000
	for n := range all {
		if err := l.Take(visitor(n), now); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(l.recent) + len(l.before); n > 2*mostVisitors {
		t.Errorf("%d visitors are remembered", n)
	}
	for n := all - mostVisitors; n < all; n++ {
		if err := l.Check(visitor(n), now); err == nil {
			t.Fatalf("visitor %d is forgotten", n)
		}
	}
}

func TestTooManyWords(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration][2]string{
		time.Millisecond: {"1", "a minute"}, time.Minute: {"60", "a minute"}, 61 * time.Second: {"61", "2 minutes"},
	} {
		if e := (&TooManyError{wait}); e.Seconds() != want[0] || e.Words() != want[1] {
			t.Errorf("%v: %s seconds, %s", wait, e.Seconds(), e.Words())
		}
	}
}
