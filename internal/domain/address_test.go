package domain_test

import (
	"testing"

	"marquee/internal/domain"
)

func TestCutAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct {
		local, host, lower string
		ok                 bool
	}{
		"Rowan@Reader.Example":    {"Rowan", "Reader.Example", "reader.example", true},
		`"a@b"@reader.example`:    {`"a@b"`, "reader.example", "reader.example", true},
		"rowan@Kino-Größe.Ärger":  {"rowan", "Kino-Größe.Ärger", "kino-größe.ärger", true},
		"rowan@[IPv6:2001:DB8::]": {"rowan", "[IPv6:2001:DB8::]", "[ipv6:2001:db8::]", true},
		"rowan@":                  {"rowan", "", "", true},
		"@reader.example":         {"", "reader.example", "reader.example", true},
		"reader.example":          {"", "", "", false},
		"":                        {"", "", "", false},
	} {
		local, host, ok := domain.CutAddress(address)
		if local != want.local || host != want.host || ok != want.ok || domain.HostOf(address) != want.lower {
			t.Errorf("%q: %q, %q, %t; %q", address, local, host, ok, domain.HostOf(address))
		}
	}
}

func TestPlus(t *testing.T) {
	t.Parallel()
	if got := domain.Plus("return@in.lanternscreen.example").With("1-x"); got != "return+1-x@in.lanternscreen.example" {
		t.Error(got)
	}
}
