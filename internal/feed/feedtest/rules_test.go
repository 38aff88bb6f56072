package feedtest

import (
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feed/atom"
	"marquee/internal/feed/rss"
)

// TestRulesFire spoils a good document in one way after the other: the suite would
// notice each of them.
func TestRulesFire(t *testing.T) {
	t.Parallel()
	doc := Document(t, domain.Audience{})
	doc.Self, doc.Page = "https://feeds.example/feeds/reviews", "2026-10"
	now := Now().Add(24 * time.Hour)
	for _, format := range []struct {
		name  string
		rules map[string][2]string // what is replaced by what
	}{
		{"rss", map[string][2]string{
			"SAXError":                {"Two films", "Two \x07films"},
			"BadCharacters":           {"Two films", "Two \u0085films"},
			"UnknownNamespace":        {"http://purl.org/rss/1.0/modules/syndication/", "https://other.example/"},
			"SelfDoesntMatchLocation": {`rel="self" type="application/rss+xml" href="https://feeds.example/`, `rel="self" type="application/rss+xml" href="https://other.example/`},
			"MissingCurrentInArchive": {`rel="current"`, `rel="hub2"`},
			"UnregisteredAtomLinkRel": {`rel="current"`, `rel="mine"`},
			"ContainsHTML":            {"<title>Friday Picks", "<title>&lt;b&gt;Friday&lt;/b&gt; Picks"},
			"InvalidContact":          {"dc:creator", "author"},
			"InvalidPermalink":        {`isPermaLink="false"`, `isPermaLink="true"`},
			"MissingElement":          {"guid", "guide"},
			"InvalidRFC2822Date":      {"Fri, 20 Nov 2026 14:00:00", "Thu, 20 Nov 2026 14:00:00"},
			"ImplausibleDate":         {"Fri, 20 Nov 2026 14:00:00", "Sat, 20 Nov 2060 14:00:00"},
			"SecurityRisk":            {"<p>Two films", "<script>x</script><p>Two films"},
			"SecurityRiskAttr":        {"<p>Two films", `<p onclick="x">Two films`},
			"DangerousStyleAttr":      {"<p>Two films", `<p style="x">Two films`},
			"ContainsRelRef":          {"<p>Two films", `<a href="/x">Two films`},
			"ImageTitleDoesntMatch":   {"<title>Lantern Screen</title>\n      <link>", "<title>Other</title>\n      <link>"},
			"NotBlank":                {">Drama<", "> <"},
			"InvalidFullLink":         {"<link>https://www.lanternscreen.example/reviews/paper", "<link>/reviews/paper"},
			"InvalidCreditRole":       {`role="director"`, `role="Director"`},
			"InvalidMediaRating":      {">pg-13<", ">PG-13<"},
			"InvalidLanguage":         {"<language>en-US", "<language>English"},
			"InvalidPositiveInteger":  {`width="640"`, `width="0"`},
		}},
		{"atom", map[string][2]string{
			"InvalidRFC3339Date":     {"<published>2026-11-20T14:00:00Z", "<published>2026-11-20 14:00"},
			"DuplicateElement":       {"<published>2026-11-20T14:00:00Z</published>", "<published>2026-11-20T14:00:00Z</published><published>2026-11-20T14:00:00Z</published>"},
			"InvalidUUID":            {"<id>urn:uuid:", "<id>urn:uuid:x"},
			"InvalidURN":             {"<id>urn:uuid:", "<id>urn:u:"},
			"ContainsUndeclaredHTML": {`<title type="text">Friday Picks`, `<title type="text">&lt;b&gt;Friday&lt;/b&gt; Picks`},
			"MissingSelf":            {`rel="self"`, `rel="hub2"`},
			"AttrNotBlank":           {`label="Drama"`, `label=""`},
		}},
	} {
		f := rss.Format()
		if format.name == "atom" {
			f = atom.Format()
		}
		body, err := f.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		if found := Violations(body, doc.SelfAddress(f.Name()), now); len(found) > 0 {
			t.Errorf("%s: the good document breaks %v", f.Name(), found)
		}
		for rule, change := range format.rules {
			spoilt := strings.ReplaceAll(string(body), change[0], change[1])
			found := strings.Join(Violations([]byte(spoilt), doc.SelfAddress(f.Name()), now), "\n")
			if spoilt == string(body) || !strings.Contains(found, rule+":") {
				t.Errorf("%s: %s was not noticed in %q", f.Name(), rule, change[1])
			}
		}
	}
}

func TestTwoEntriesThatAreOne(t *testing.T) {
	t.Parallel()
	const entry = `<entry><id>urn:test:1</id><title>x</title><updated>2026-11-20T14:00:00.000001Z</updated><summary>x</summary></entry>`
	body := `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:test:f</id><title>x</title><updated>2026-11-20T14:00:00Z</updated><link rel="self" href="https://x.example/"/>` + entry + entry + `</feed>`
	found := strings.Join(Violations([]byte(body), "https://x.example/", Now()), "\n")
	if !strings.Contains(found, "DuplicateEntries") || !strings.Contains(found, "DuplicateUpdated") {
		t.Errorf("found only %s", found)
	}
}
