package patron

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	netmail "net/mail"
	"slices"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/notice"
	"marquee/internal/web"
)

// FeedLinks are patrons' links to feeds of their own.
type FeedLinks interface {
	// Make gives a patron a link and returns its token; the one they had stops to
	// work. ErrNotFound when there is no such patron.
	Make(ctx context.Context, id domain.PatronID) (token string, err error)
	// Revoke takes a patron's link away.
	Revoke(ctx context.Context, id domain.PatronID) error
	// Link is a patron's link, or ErrNotFound.
	Link(ctx context.Context, id domain.PatronID) (domain.FeedLink, error)
}

// feedLinkView is what manage.html.tmpl sees of somebody's private feeds.
type feedLinkView struct {
	Made   string // empty while they have none
	Reads  []readView
	Shared string // why the link seems to be in others' hands; empty when it does not
}

// readView is one program that reads one feed.
type readView struct {
	Software, Feed, Last, ISO string
	Times                     int
}

// mostShown is how many programs are shown at most.
const mostShown = 20

// feedLink is nil for those who have no feeds of their own, and cannot have any:
// who is no patron gets what everybody gets.
func (h *handlers) feedLink(ctx context.Context, is domain.PatronRecord) (*feedLinkView, error) {
	if len(h.Feeds) == 0 {
		return nil, nil //nolint:nilnil // there is nothing to show
	}
	link, err := h.FeedLinks.Link(ctx, is.ID)
	switch {
	case errors.Is(err, domain.ErrNotFound) && is.Standing == domain.Active:
		return &feedLinkView{}, nil
	case errors.Is(err, domain.ErrNotFound):
		return nil, nil //nolint:nilnil // as above
	case err != nil:
		return nil, err
	}
	dates := h.dates.For(is.Dates)
	v := &feedLinkView{Made: dates.Day(link.Made), Shared: link.Shared(h.Now())}
	for _, r := range together(link.Reads) {
		v.Reads = append(v.Reads, readView{
			Software: r.Software, Feed: r.Feed, Times: r.Times, Last: dates.Day(r.Last), ISO: r.Last.UTC().Format(time.RFC3339),
		})
	}
	v.Reads = v.Reads[:min(len(v.Reads), mostShown)]
	return v, nil
}

// together adds up what one program read in several networks.
func together(reads []domain.FeedRead) []domain.FeedRead {
	var sums []domain.FeedRead
	for _, r := range reads {
		same := func(s domain.FeedRead) bool { return s.Software == r.Software && s.Feed == r.Feed }
		if i := slices.IndexFunc(sums, same); i >= 0 {
			sums[i].Times += r.Times // the latest comes first
			continue
		}
		sums = append(sums, r)
	}
	return sums
}

// changeFeedLink makes, mails or revokes a link.
func (h *handlers) changeFeedLink(w http.ResponseWriter, r *http.Request) error {
	is, err := h.sent(r)
	if err != nil {
		return err
	}
	switch action := r.PostForm.Get("do"); {
	case action == "revoke":
		if err := h.FeedLinks.Revoke(r.Context(), is.ID); err != nil {
			return err
		}
		return h.showManage(w, r, true)
	case is.Standing != domain.Active:
		return fmt.Errorf("a feed link for somebody who is no patron: %w", domain.ErrNotEntitled)
	case action == "show", action == "mail":
		return h.makeFeedLink(w, r, is, action == "mail")
	}
	return fmt.Errorf("%w form: nothing is asked for", domain.ErrInvalid)
}

// privateFeedsView is what privatefeeds.html.tmpl sees.
type privateFeedsView struct {
	Token  string // of their page
	Mailed bool
	Feeds  []privateFeedView
}

// privateFeedView is one feed at its address.
type privateFeedView struct {
	Title, Description string
	Address            web.FeedAddress
}

// makeFeedLink shows the addresses of somebody's own feeds this once, or mails them.
func (h *handlers) makeFeedLink(w http.ResponseWriter, r *http.Request, is domain.PatronRecord, mail bool) error {
	token, err := h.FeedLinks.Make(r.Context(), is.ID)
	if err != nil {
		return err
	}
	v := privateFeedsView{Token: r.PathValue("token"), Mailed: mail}
	if mail {
		err = h.mailFeeds(r.Context(), is, token)
	} else {
		v.Feeds = h.ownFeeds(token)
	}
	if err != nil {
		return err
	}
	private(w.Header())
	return h.pages.Render(w, http.StatusOK, "privatefeeds", web.Page{Title: "Your own feeds", NoIndex: true, Copies: !mail, Body: v})
}

func (h *handlers) ownFeeds(token string) []privateFeedView {
	var views []privateFeedView
	for _, f := range h.Feeds {
		address := web.NewFeedAddress(f.Name, h.ownAddress(f, token), false)
		views = append(views, privateFeedView{Title: f.Title, Description: f.Description, Address: address})
	}
	return views
}

func (h *handlers) mailFeeds(ctx context.Context, is domain.PatronRecord, token string) error {
	var feeds []notice.FeedAddress
	for _, f := range h.Feeds {
		feeds = append(feeds, notice.FeedAddress{Title: f.Title, URL: h.ownAddress(f, token)})
	}
	return h.Notices.Feeds(ctx, netmail.Address{Name: is.Name, Address: is.Email}, feeds)
}

// ownAddress is where somebody's own feed is, in the format that every reader takes.
func (h *handlers) ownAddress(f config.Feed, token string) string {
	return h.Publication.Server + domain.PrivatePath + token + "/" + f.Name + ".rss"
}
