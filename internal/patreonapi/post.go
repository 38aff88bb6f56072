package patreonapi

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
)

// Post is something that a campaign has published, or is about to.
type Post struct {
	ID      string
	Title   string
	URL     string // absolute
	Public  bool
	Tiers   []string // ids of those that may read it, when it is not public
	Content string   // HTML; empty unless it was asked for
	Embed   string   // address of what is embedded; as Content
	// Published is zero for a draft; it may lie ahead.
	Published time.Time
}

type postEntry struct {
	identity
	Attributes *struct {
		Title     string      `json:"title"`
		URL       string      `json:"url"`
		Public    given[bool] `json:"is_public"`
		Tiers     []postTier  `json:"tiers"`
		Content   string      `json:"content"`
		Embed     string      `json:"embed_url"`
		Published instant     `json:"published_at"`
	} `json:"attributes"`
}

// postTier is a tier's id, which Patreon writes as text and, at times, as a number.
type postTier string

// UnmarshalJSON reads either.
func (t *postTier) UnmarshalJSON(text []byte) error {
	*t = postTier(strings.Trim(string(text), `"`))
	return nil
}

// smallPost are the fields by which a change is seen, postFields all.
const (
	smallPost  = "title,url,is_public,tiers,published_at"
	postFields = smallPost + ",content,embed_url"
)

// Posts gives all posts of a campaign, page by page, in an order that Patreon
// does not promise; with their content when that is asked for.
func (c *Client) Posts(ctx context.Context, campaign string, content bool, take func(Page[Post]) error) error {
	l := list[postEntry, Post]{
		op: "list posts", path: "/api/oauth2/v2/campaigns/" + url.PathEscape(campaign) + "/posts",
		query: url.Values{"fields[post]": {smallPost}}, count: 100,
		item: func(e postEntry, _ *document[[]postEntry]) (Post, error) { return c.post(e) },
		id:   func(e postEntry) string { return e.ID },
	}
	if content {
		l.query, l.count = url.Values{"fields[post]": {postFields}}, 20
	}
	return l.walk(ctx, c, take)
}

// Post is one post with its content, or domain.ErrNotFound.
func (c *Client) Post(ctx context.Context, id string) (Post, error) {
	const op = "read a post"
	var doc document[postEntry]
	query := url.Values{"fields[post]": {postFields}}
	if err := c.get(ctx, op, "/api/oauth2/v2/posts/"+url.PathEscape(id), query, &doc); err != nil {
		return Post{}, err
	}
	entry, err := doc.data()
	if err != nil {
		return Post{}, c.api.Named(op, err)
	}
	post, err := c.post(entry)
	if err != nil {
		return Post{}, c.api.Named(op, err)
	}
	return post, nil
}

func (c *Client) post(e postEntry) (Post, error) {
	if err := e.check("post"); err != nil {
		return Post{}, brokenError{err}
	}
	a := e.Attributes
	switch {
	case a == nil || !a.Public.There:
		return Post{}, missing("the posts' is_public")
	case a.Published.strange:
		return Post{}, brokenError{errors.New("its date of publication cannot be read")}
	}
	p := Post{
		ID: e.ID, Title: a.Title, URL: address(cmp.Or(a.URL, "/posts/"+url.PathEscape(e.ID))),
		Public: a.Public.Value, Content: a.Content, Embed: a.Embed, Published: a.Published.Time,
	}
	for _, t := range a.Tiers {
		p.Tiers = append(p.Tiers, string(t))
	}
	return p, nil
}

// address is a post's address made absolute; empty when it is none.
func address(s string) string {
	site, _ := url.Parse(Site) // a constant
	u, err := site.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
