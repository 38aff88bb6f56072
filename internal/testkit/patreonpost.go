package testkit

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// PatreonPost is a post of a campaign.
type PatreonPost struct {
	ID        string // made up when empty
	Title     string
	Content   string // HTML
	URL       string // relative, as Patreon gives it; made up when empty
	Public    bool
	Tiers     []string // that may read it when it is not public; nil is all who pay
	Embed     string
	Draft     bool
	Published time.Time // now when zero; may lie ahead
}

// Publish adds a post, or replaces the one with its id.
func (c *PatreonCampaign) Publish(post PatreonPost) string {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	trigger := "posts:update"
	if post.ID == "" {
		post.ID = strconv.Itoa(99_001_100 + len(c.posts))
	}
	if post.URL == "" {
		post.URL = "/posts/" + post.ID
	}
	if post.Published.IsZero() {
		post.Published = c.patreon.now
	}
	at := slices.IndexFunc(c.posts, func(p *PatreonPost) bool { return p.ID == post.ID })
	if at < 0 {
		at, trigger = len(c.posts), "posts:publish"
		c.posts = append(c.posts, nil)
	}
	c.posts[at] = &post
	c.tellPost(trigger, post.ID)
	return post.ID
}

// Unpublish deletes a post.
func (c *PatreonCampaign) Unpublish(id string) {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	c.posts = slices.DeleteFunc(c.posts, func(p *PatreonPost) bool { return p.ID == id })
	c.tellPost("posts:delete", id)
}

var patreonPostFields = []string{
	"app_id", "app_status", "content", "embed_data", "embed_url", "is_paid", "is_public", "published_at", "tiers", "title", "url",
}

func checkPostQuery(ask patreonQuery) *patreonAnswer {
	return ask.check([]string{"campaign", "user"}, map[string][]string{
		"post": patreonPostFields, "campaign": patreonCampaignFields, "user": patreonUserFields,
	})
}

func (p *Patreon) listPosts(campaign string, ask patreonQuery, trouble *PatreonTrouble) *patreonAnswer {
	c := p.campaign(campaign)
	switch {
	case !p.allowed("campaigns.posts"):
		return patreonError(http.StatusForbidden, "Forbidden", "")
	case c == nil:
		return patreonError(http.StatusNotFound, "ResourceMissing", "")
	}
	if bad := checkPostQuery(ask); bad != nil {
		return bad
	}
	list := "posts/" + campaign
	n, total := trouble.visible(len(c.posts))
	w, bad := p.window(list, ask, n, 500)
	if bad != nil {
		return bad
	}
	doc := newPatreonDocument(c, ask)
	for _, post := range c.posts[w.from:w.to] {
		doc.data = append(doc.data, postEntry(ask, post))
	}
	return doc.list(p.pagination(list, w, n, total))
}

func (p *Patreon) onePost(id string, ask patreonQuery) *patreonAnswer {
	if bad := checkPostQuery(ask); bad != nil {
		return bad
	}
	for _, c := range p.campaigns {
		for _, post := range c.posts {
			if post.ID == id {
				return patreonJSON(http.StatusOK, map[string]any{"data": postEntry(ask, post)})
			}
		}
	}
	return patreonError(http.StatusNotFound, "ResourceMissing", "")
}

func postEntry(ask patreonQuery, post *PatreonPost) map[string]any {
	all := map[string]any{
		"content": nil, "embed_data": nil, "embed_url": nil, "is_paid": false, "is_public": post.Public,
		"published_at": patreonTime(post.Published), "tiers": nil, "title": post.Title, "url": post.URL,
	}
	if post.Content != "" {
		all["content"] = post.Content
	}
	if post.Embed != "" {
		all["embed_url"] = post.Embed
	}
	if post.Draft {
		all["published_at"] = nil
	}
	if !post.Public && post.Tiers != nil {
		all["tiers"] = post.Tiers
	}
	entry := patreonRef("post", post.ID)
	entry["attributes"] = ask.chosen("post", all)
	return entry
}
