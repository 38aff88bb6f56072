package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/testkit"
)

// Link scanners (F27): every address of ours in a hundred letters is asked for by
// GET, HEAD and POST, three times each, and nothing that is held about anybody
// changes. Then one click unsubscribes.
func TestLinkScanner(t *testing.T) {
	t.Parallel()
	const readers = 100
	server, block := smtpServer(t, testkit.SMTPConfig{})
	p := publish(t, "sources: {picks: {kind: markdown, path: picks}}", "feeds: {all: {}}", weekly, rosters, block)
	p.write(t, "members.csv", members(readers), time.Time{})
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	i := p.open(t, slotTime)
	must(i.SyncRoster(t.Context(), "members", false))(t)
	i.gather(t)
	if b := must(i.Send(t.Context(), must(i.Compile(t.Context(), "weekly", slotName))(t)))(t); b.Sent != readers {
		t.Fatal(b)
	}
	s := &scanner{site: must(i.Site())(t), asked: map[string]int{}}
	before := i.everything(t)
	all := letters(t, server)
	for _, l := range all {
		for _, path := range ours(l) {
			s.scan(t, path)
		}
	}
	if after := i.everything(t); after != before {
		t.Errorf("scanning changed something:\nbefore %s\nafter  %s", before, after)
	}
	for _, kind := range []string{"u", "p", "e"} {
		if s.asked[kind] != readers*3*3 {
			t.Errorf("%d requests for /%s/, of %d letters", s.asked[kind], kind, readers)
		}
	}
	path := strings.TrimPrefix(all[address(0)].Unsubscribe, "https://feeds.lanternscreen.example")
	if code := s.ask(t, http.MethodPost, path, "List-Unsubscribe=One-Click"); code != http.StatusOK || len(must(i.Store().Suppressions(t.Context()))(t)) != 1 {
		t.Errorf("one click answers %d and unsubscribes nobody", code)
	}
}

// ours are the paths of a letter's addresses that lead to us, each once.
func ours(l letter) []string {
	found := regexp.MustCompile(`https://feeds\.lanternscreen\.example(/[^\s"<>&)]*)`).FindAllStringSubmatch(l.Text+" "+l.HTML+" "+l.Unsubscribe, -1)
	var paths []string
	for _, m := range found {
		if !slices.Contains(paths, m[1]) {
			paths = append(paths, m[1])
		}
	}
	return paths
}

// scanner asks for addresses as a mail server's scanner does.
type scanner struct {
	site  http.Handler
	asked map[string]int // by the first part of the path
}

func (s *scanner) scan(t *testing.T, path string) {
	t.Helper()
	for range 3 {
		for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodPost} {
			if code := s.ask(t, method, path, ""); code >= http.StatusInternalServerError {
				t.Errorf("%s %s answers %d", method, path, code)
			}
		}
	}
}

func (s *scanner) ask(t *testing.T, method, path, body string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, r)
	s.asked[strings.SplitN(path, "/", 3)[1]]++
	return w.Code
}

// everything is all that is held about people, as text.
func (i *instance) everything(t *testing.T) string {
	t.Helper()
	var all []any
	for _, who := range must(i.Store().AllPatrons(t.Context()))(t) {
		all = append(all, must(i.Store().PatronRecord(t.Context(), who.ID, 0))(t))
	}
	all = append(all, must(i.Store().Suppressions(t.Context()))(t), must(i.Store().RosterStatuses(t.Context()))(t))
	for _, e := range must(i.Store().AllEditions(t.Context(), 10))(t) {
		all = append(all, e, must(i.Store().Balance(t.Context(), e.ID))(t))
	}
	return string(must(json.Marshal(all))(t))
}
