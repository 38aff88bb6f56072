package jsonfeed_test

import (
	"encoding/json"
	"strings"
	"testing"

	"marquee/internal/domain"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
	"marquee/internal/feed/jsonfeed"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	feedtest.Run(t, jsonfeed.Format())
}

// known are the members of JSON Feed 1.1 that we write.
const (
	knownTop  = " version title home_page_url feed_url next_url description icon favicon language authors hubs items "
	knownItem = " id url title content_html content_text summary image banner_image attachments date_published date_modified authors tags language "
)

// TestMembers: nothing but what the standard names, extensions as objects that
// say what they are about, and in every item one content at least.
func TestMembers(t *testing.T) {
	t.Parallel()
	doc := feedtest.Document(t, domain.Audience{Standing: domain.Operator})
	doc.Self, doc.Hub = "https://feeds.example/feeds/reviews", "https://hub.example/"
	doc.Entries = append(doc.Entries, feed.Entry{ID: "urn:x:bare"})
	body, err := jsonfeed.Format().Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	var top map[string]json.RawMessage
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(top["items"], &items); err != nil {
		t.Fatal(err)
	}
	for member := range top {
		if !strings.Contains(knownTop, " "+member+" ") {
			t.Errorf("%s is no member of a JSON Feed", member)
		}
	}
	for _, item := range items {
		if item["content_html"] == nil && item["content_text"] == nil {
			t.Errorf("item %s has no content", item["id"])
		}
		for member, value := range item {
			var extension struct{ About string }
			switch {
			case strings.HasPrefix(member, "_"):
				if err := json.Unmarshal(value, &extension); err != nil || extension.About == "" {
					t.Errorf("extension %s is no object with about: %s", member, value)
				}
			case !strings.Contains(knownItem, " "+member+" "):
				t.Errorf("%s is no member of an item", member)
			}
		}
	}
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	body, err := jsonfeed.Format().Encode(feedtest.Document(t, domain.Audience{}))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Items []struct {
			Film *struct {
				Title   string
				Runtime int
				Rating  struct{ Value, Best float64 }
				TMDB    int `json:"tmdb_id"`
			} `json:"_film"`
			Picks *struct {
				Films []struct{ Title, Leaves, Access string }
			} `json:"_picks"`
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	picks, film := doc.Items[0], doc.Items[1]
	if picks.Film != nil || len(picks.Picks.Films) != 2 || picks.Picks.Films[0].Leaves != "2026-11-30" || picks.Picks.Films[0].Access != "subscription" {
		t.Errorf("picks: %+v", picks)
	}
	if film.Picks != nil || film.Film.Title != "Paper Lanterns" || film.Film.Runtime != 98 || film.Film.Rating.Value != 3.5 || film.Film.TMDB != 990002 {
		t.Errorf("film: %+v", film.Film)
	}
}

func TestSenselessNumbersAreLeftOut(t *testing.T) {
	t.Parallel()
	doc := feedtest.Document(t, domain.Audience{})
	doc.Entries[1].Film.Rating, doc.Entries[1].Film.TMDB = &domain.Rating{Value: 9, Best: 4}, "12x"
	body, err := jsonfeed.Format().Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), `"value":9`) || strings.Contains(string(body), "12x") {
		t.Error("a rating of 9 out of 4, or an id that is no number")
	}
}
