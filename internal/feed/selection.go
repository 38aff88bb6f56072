package feed

import (
	"slices"
	"strings"

	"marquee/internal/config"
	"marquee/internal/domain"
)

// query asks for the newest limit items that the feed may hold.
func (s *Spec) query(limit int) domain.ItemQuery {
	return domain.ItemQuery{Kinds: s.Items.Kinds, Series: s.Items.Series, Sources: s.Items.Sources, Limit: limit}
}

// byColumns reports whether the store's answer is all that the feed may hold.
func (s *Spec) byColumns() bool {
	return len(s.Items.Tags) == 0 && s.Items.Rating == nil && s.Items.Years == config.Years{}
}

// selects reports whether the feed holds an item that the store found for it:
// tags, ratings and years are in no column.
func (s *Spec) selects(it *domain.Item) bool {
	return s.tagged(it) && s.rated(it) && s.ofYears(it)
}

func (s *Spec) tagged(it *domain.Item) bool {
	return len(s.Items.Tags) == 0 || slices.ContainsFunc(s.Items.Tags, func(wanted string) bool {
		return slices.ContainsFunc(it.Tags, func(tag string) bool { return strings.EqualFold(tag, wanted) })
	})
}

// rated compares on one scale only: stars of different scales are not alike.
func (s *Spec) rated(it *domain.Item) bool {
	least := s.Items.Rating
	if least == nil {
		return true
	}
	r := rating(it)
	return r != nil && r.Best == least.Best && r.Value >= least.Value
}

func (s *Spec) ofYears(it *domain.Item) bool {
	years := s.Items.Years
	if years.From == 0 && years.To == 0 {
		return true
	}
	if it.Film == nil || it.Film.Year == 0 {
		return false
	}
	return it.Film.Year >= years.From && (years.To == 0 || it.Film.Year <= years.To)
}
