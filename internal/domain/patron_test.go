package domain_test

import (
	"testing"

	"marquee/internal/domain"
)

func TestAudience(t *testing.T) {
	t.Parallel()
	for a, want := range map[domain.Audience][2]string{
		{}:                          {"public", "everyone"},
		{Standing: domain.Reader}:   {"reader", "free readers"},
		{Standing: domain.Former}:   {"former", "former patrons"},
		{Standing: domain.Operator}: {"operator", "the operator"},
		{Standing: domain.Active}:   {"active", "patrons"},
		{Standing: domain.Active, Tier: "Matinee"}:   {"active-matinee", "Matinee patrons"},
		{Standing: domain.Active, Tier: "Front Row"}: {"active-front_row", "Front Row patrons"},
	} {
		if got := [2]string{a.Key(), a.Label()}; got != want {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
}

func tiers() domain.Tiers {
	return domain.Tiers{{Name: "Matinee", Cents: 300}, {Name: "Screenwriter", Cents: 800}, {Name: "Producer", Cents: 2500}}
}

func TestTierRank(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"Matinee": 1, "screenwriter": 2, "PRODUCER": 3, "": 0, "patrons": 0, "Matinee ": 0} {
		if got := tiers().Rank(name); got != want {
			t.Errorf("Rank(%q) = %d, want %d", name, got, want)
		}
	}
	if got := domain.Tiers(nil).Rank("Matinee"); got != 0 {
		t.Errorf("Rank without tiers = %d", got)
	}
}

func TestTierPaid(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int]string{
		-1: "", 0: "", 1: "Matinee", 299: "Matinee", 300: "Matinee", 799: "Matinee", 800: "Screenwriter",
		2499: "Screenwriter", 2500: "Producer", 1_000_000: "Producer",
	} {
		if got := tiers().Paid(cents); got != want {
			t.Errorf("Paid(%d) = %q, want %q", cents, got, want)
		}
	}
	if got := domain.Tiers(nil).Paid(500); got != "" {
		t.Errorf("Paid without tiers = %q", got)
	}
	unknown := domain.Tiers{{Name: "Matinee"}, {Name: "Screenwriter"}}
	if got := unknown.Paid(5000); got != "Matinee" {
		t.Errorf("Paid without prices = %q", got)
	}
}

func TestFirstName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Mara Ellison": "Mara", "  Mara  ": "Mara", "Zoë-Lou van Dyk": "Zoë-Lou", "": "",
		"O'Brien, Sean": "Sean", "Vardo,": "", "李": "", "김민준": "", "たけし 北野": "",
		"mara@lanternscreen.example": "", "<Mara> Ellison": "", `"Mara" Ellison`: "", "Mara\r\nBcc: x": "",
	} {
		p := domain.Patron{Name: name}
		if got := p.FirstName(); got != want {
			t.Errorf("FirstName of %q = %q, want %q", name, got, want)
		}
	}
}

func TestEmailKey(t *testing.T) {
	t.Parallel()
	if got := domain.EmailKey(" Mara.Ellison@LanternScreen.Example\n"); got != "mara.ellison@lanternscreen.example" {
		t.Errorf("EmailKey = %q", got)
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		b    domain.Balance
		want string
		ok   bool
	}{
		{domain.Balance{}, "0 entitled = 0 sent + 0 failed + 0 skipped + 0 pending", true},
		{domain.Balance{Entitled: 25, Sent: 24, Failed: 1}, "25 entitled = 24 sent + 1 failed + 0 skipped + 0 pending", true},
		{
			domain.Balance{Entitled: 10, Sent: 4, Failed: 1, Skipped: 2, Pending: 3, InDoubt: 1},
			"10 entitled = 4 sent + 1 failed + 2 skipped + 3 pending (1 in doubt)", true,
		},
		{domain.Balance{Entitled: 25, Sent: 24}, "25 entitled = 24 sent + 0 failed + 0 skipped + 0 pending", false},
		{domain.Balance{Entitled: 1, Sent: 1, Pending: 1}, "1 entitled = 1 sent + 0 failed + 0 skipped + 1 pending", false},
	} {
		if tt.b.String() != tt.want || tt.b.Balances() != tt.ok {
			t.Errorf("%+v: %q, balances %t", tt.b, tt.b, tt.b.Balances())
		}
	}
}
