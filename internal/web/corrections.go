package web

import (
	"context"
	"strings"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

// CorrectionStore finds what was said of an edition since.
type CorrectionStore interface {
	// Corrections are an edition's corrections in any state, oldest first.
	Corrections(ctx context.Context, id domain.EditionID) ([]domain.Edition, error)
}

// correctionView is what the block "corrected" of edition.html.tmpl sees of each.
type correctionView struct{ Subject, URL, Date string }

// Corrected puts above what a copy of an edition says by which corrections it was
// followed, of those that have begun to go out. A document of another shape stays
// as it is.
func (ps *Pages) Corrected(ctx context.Context, st CorrectionStore, e *domain.Edition, html string) (string, error) {
	all, err := st.Corrections(ctx, e.ID)
	if err != nil {
		return "", err
	}
	dates := calendar.Of(ps.publication.Language, ps.publication.Zone)
	var shown []correctionView
	for i := range all {
		if k := &all[i]; k.State == domain.EditionSending || k.State == domain.EditionDone {
			shown = append(shown, correctionView{k.Subject, "/editions/" + k.Slug(), dates.Full(k.Day(ps.publication.Zone))})
		}
	}
	body := strings.Index(html, "<body")
	if len(shown) == 0 || body < 0 {
		return html, nil
	}
	end := strings.IndexByte(html[body:], '>')
	if end < 0 {
		return html, nil
	}
	part, err := ps.Part("edition", "corrected", shown)
	at := body + end + 1
	return html[:at] + part + html[at:], err
}
