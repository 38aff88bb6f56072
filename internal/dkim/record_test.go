package dkim_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	name, value, err := dkim.Record("Football.example.com", ed25519Key(t))
	// RFC 8463 appendix A.2.
	if err != nil || name != "brisbane._domainkey.football.example.com" || value != "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" {
		t.Errorf("Record = %q, %q, %v", name, value, err)
	}
	key := rsaKey(t)
	_, value, err = dkim.Record(sdid, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(value, "v=DKIM1; k=rsa; p="))
	if err != nil {
		t.Fatalf("%s: %v", value, err)
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if want, ok := key.Private.Public().(*rsa.PublicKey); err != nil || !ok || !want.Equal(public) {
		t.Errorf("another key is published: %v", err)
	}
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	good := ed25519Key(t)
	cases := map[string]struct {
		domain string
		key    dkim.Key
	}{
		"domain":   {"localhost", good},
		"selector": {sdid, dkim.Key{Selector: "a b", Private: good.Private}},
		"no key":   {sdid, dkim.Key{Selector: "a"}},
		"weak key": {sdid, dkim.Key{Selector: "a", Private: weakKey(t, 1024)}},
	}
	for what, c := range cases {
		if name, value, err := dkim.Record(c.domain, c.key); !errors.Is(err, domain.ErrInvalid) || name != "" || value != "" {
			t.Errorf("%s: Record = %q, %q, %v", what, name, value, err)
		}
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 254, 255, 256, 510, 511, 800} {
		value := strings.Repeat("0123456789", 80)[:n]
		quoted := dkim.Quoted(value)
		strs := strings.Split(strings.TrimSuffix(strings.TrimPrefix(quoted, `"`), `"`), `" "`)
		for _, s := range strs {
			if len(s) > 255 {
				t.Errorf("%d octets: a string of %d", n, len(s))
			}
		}
		if want := max(1, (n+254)/255); strings.Join(strs, "") != value || len(strs) != want {
			t.Errorf("%d octets: %s, want %d strings", n, quoted, want)
		}
	}
}
