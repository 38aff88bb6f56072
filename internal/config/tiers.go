package config

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"marquee/internal/domain"
)

type tierKeys struct {
	Name      string `yaml:"name"`
	PatreonID string `yaml:"patreon_id"`
	Price     price  `yaml:"price"`
}

// price is an amount in cents, written "3.00".
type price int

// UnmarshalText reads an amount with at most two decimals.
func (p *price) UnmarshalText(text []byte) error {
	whole, part, dotted := strings.Cut(string(text), ".")
	if !dotted {
		part = "00"
	}
	units, err := strconv.ParseUint(whole, 10, 24)
	cents, partErr := strconv.ParseUint((part + "0")[:min(2, len(part)+1)], 10, 8)
	if err != nil || partErr != nil || len(part) == 0 || len(part) > 2 {
		return errors.New("is no price: write 3.00, without a currency")
	}
	*p = price(units*100 + cents)
	return nil
}

func (r *reader) tiers(list listed) domain.Tiers {
	var tiers domain.Tiers
	for _, e := range elements(list, path{"tiers"}) {
		var k tierKeys
		r.decode(e.node, e.at, &k)
		tier := domain.Tier{Name: k.Name, PatreonID: k.PatreonID, Cents: int(k.Price)}
		if r.required(k.Name, e.at.Key("name"), "the tier's name, as patrons see it") {
			r.tier(tier, tiers, e.at)
		}
		tiers = append(tiers, tier)
	}
	return tiers
}

// tier checks a tier against those below it.
func (r *reader) tier(t domain.Tier, below domain.Tiers, at path) {
	audience := func(t domain.Tier) string {
		return domain.Audience{Standing: domain.Active, Tier: t.Name}.Key()
	}
	for _, b := range below {
		switch {
		case audience(b) == audience(t):
			r.mistake(at.Key("name"), "%q is too much like the tier %q: give each a name of its own", t.Name, b.Name)
		case b.PatreonID == t.PatreonID && t.PatreonID != "":
			r.mistake(at.Key("patreon_id"), "%s is the id of the tier %s already: copy the right one from Patreon", t.PatreonID, b.Name)
		case t.Cents > 0 && t.Cents < b.Cents:
			r.mistake(at.Key("price"), "is lower than the price of %s above it: write the tiers lowest first", b.Name)
		}
	}
	if slices.Contains([]string{domain.ToPatrons, domain.ToEveryone}, strings.ToLower(t.Name)) {
		r.mistake(at.Key("name"), "%q means a group already: give the tier another name", t.Name)
	}
}

// group is whom a step or a digest is for: a tier as it is configured, patrons
// or everyone.
func (r *reader) group(to string, at path, tiers domain.Tiers) string {
	if rank := tiers.Rank(to); rank > 0 && to != "" {
		return tiers[rank-1].Name
	}
	known := []string{domain.ToPatrons, domain.ToEveryone}
	for _, t := range tiers {
		known = append(known, t.Name)
	}
	if r.required(to, at, "the name of a tier, patrons or everyone") {
		r.oneOf(to, at, known)
	}
	return to
}
