package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// nextView is what admin_next.html.tmpl sees.
type nextView struct {
	digest.Report
	Title, Path   string
	Close, Goes   string // when it closes, and when it goes out
	Items         int
	Skipped       bool
	Notified      bool // test letters go somewhere
	Tested        bool // one was just sent
	AudiencesSeen []audienceView
	Empty         []string // titles of sections that nothing is for
}

// audienceView is an audience's copy in one line.
type audienceView struct {
	digest.ReportAudience
	Size   string // of its HTML
	Letter bool   // the copy is mail
	People int    // whom it reaches
	Plain  int    // of those, who get it as text alone
}

// report is the outlook of the digest's next edition; nil without one.
func (h *handlers) report(ctx context.Context, name string) (*digest.Report, error) {
	slot, err := h.Desk.NextSlot(ctx, name)
	if errors.Is(err, domain.ErrNotFound) {
		return nil, nil //nolint:nilnil // a schedule may have an end
	}
	if err != nil {
		return nil, err
	}
	r, err := h.Desk.Outlook(ctx, name, slot)
	return &r, err
}

func (h *handlers) next(w http.ResponseWriter, r *http.Request) error {
	d, err := h.digest(r)
	if err != nil {
		return err
	}
	report, err := h.report(r.Context(), d.Name)
	if err != nil {
		return err
	}
	if report == nil {
		return fmt.Errorf("digest %s has no slot ahead: %w", d.Name, domain.ErrNotFound)
	}
	v := nextView{
		Report: *report, Title: d.Title, Path: "/admin/next/" + d.Name, Close: h.at(report.Closes), Goes: h.at(report.Due),
		Skipped: report.State == domain.EditionSkipped, Notified: h.Notified != "", Tested: r.URL.Query().Has("tested"),
	}
	for _, s := range report.Sections {
		v.Items += len(s.Items)
		if !s.Shown && len(s.Items) == 0 {
			v.Empty = append(v.Empty, cmp.Or(s.Title, s.Kind))
		}
	}
	if v.AudiencesSeen, err = h.audiencesSeen(r.Context(), report); err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, "next", "Next: "+d.Title, v)
}

// audiencesSeen tells of each audience what it gets, and how many people that is.
func (h *handlers) audiencesSeen(ctx context.Context, report *digest.Report) ([]audienceView, error) {
	counts, err := h.Store.Readership(ctx, report.Digest)
	if err != nil {
		return nil, err
	}
	people := map[string]domain.Readership{}
	for _, n := range counts {
		people[n.Key()] = n
	}
	seen := make([]audienceView, len(report.Audiences))
	for i, a := range report.Audiences {
		n := people[a.Key]
		seen[i] = audienceView{a, size(a.HTML), a.Key != domain.Audience{}.Key(), n.Mailed, n.Plain}
	}
	return seen, nil
}

// digest is the digest that a path names.
func (h *handlers) digest(r *http.Request) (config.Digest, error) {
	name := r.PathValue("digest")
	i := slices.IndexFunc(h.Digests, func(d config.Digest) bool { return d.Name == name })
	if i < 0 {
		return config.Digest{}, fmt.Errorf("digest %q: %w", name, domain.ErrNotFound)
	}
	return h.Digests[i], nil
}

// size is a number of bytes for people.
func size(n int) string {
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d kB", (n+500)/1000)
}
