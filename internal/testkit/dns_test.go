package testkit_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"marquee/internal/testkit"
)

func TestDNS(t *testing.T) {
	t.Parallel()
	long := "v=spf1 " + strings.Repeat("ip4:203.0.113.7 ", 30) + "-all"
	dns, err := testkit.StartDNS("lantern.org TXT "+long, "lantern.org MX mx.lantern.org", "mx.lantern.org A 203.0.113.7", "203.0.113.7 PTR mx.lantern.org")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dns.Close() })
	r := dns.Resolver()
	if got, err := r.LookupTXT(t.Context(), "Lantern.org"); err != nil || len(got) != 1 || got[0] != long {
		t.Errorf("TXT %q, %v", got, err)
	}
	if got, err := r.LookupMX(t.Context(), "lantern.org"); err != nil || len(got) != 1 || got[0].Host != "mx.lantern.org." {
		t.Errorf("MX %v, %v", got, err)
	}
	if got, err := r.LookupIPAddr(t.Context(), "mx.lantern.org"); err != nil || len(got) != 1 || got[0].String() != "203.0.113.7" {
		t.Errorf("A %v, %v", got, err)
	}
	if got, err := r.LookupAddr(t.Context(), "203.0.113.7"); err != nil || len(got) != 1 || got[0] != "mx.lantern.org." {
		t.Errorf("PTR %v, %v", got, err)
	}
	_, err = r.LookupTXT(t.Context(), "gone.org")
	if failed, ok := errors.AsType[*net.DNSError](err); !ok || !failed.IsNotFound {
		t.Errorf("what is not there: %v", err)
	}
	if _, err := testkit.StartDNS("lantern.org A nowhere"); err == nil {
		t.Error("a record that is none is served")
	}
}
