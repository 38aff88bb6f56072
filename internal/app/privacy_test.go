package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

const (
	privatePeople = `Name,Email,Patron Status,Tier,Pledge Amount,Free Member,User ID
Zebulon Quackenbush,zebulon@quackenbush.example,Active patron,Screenwriter,10.00,No,1
Ottoline Featherstonehaugh,ottoline@featherstonehaugh.example,Active patron,Matinee,3.00,No,2
Ignatius Wimpole,ignatius@wimpole.example,,Free,0.00,Yes,3
Perpetua Drinkwater,perpetua at drinkwater,Active patron,Matinee,3.00,No,4
Zebulon Quackenbush,zebulon@quackenbush.example,Active patron,Matinee,3.00,No,5
`
	bodyCanary = "nobody ever drowned in a ledger of this kind"
)

// Whatever happens, the log names nobody: no address, name, token, password or
// text is in it, at any level.
func TestLogIsPrivate(t *testing.T) {
	t.Parallel()
	i, server := openPrivate(t)
	if _, err := i.SyncRoster(t.Context(), "members", false); err != nil {
		t.Fatal(err)
	}
	if _, failures := i.gather(t); failures["locked"] == nil {
		t.Error("the locked source was read")
	}
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := i.Send(t.Context(), e); err != nil || b.Failed != 1 || b.Sent != 1 || b.InDoubt != 1 {
		t.Fatalf("%s, %v", b, err)
	}
	i.now = slotTime.Add(time.Hour) // what is deferred is due again
	token := tokenOf(t, openLetter(t, server.Messages()[0]))
	i.visit(t, token, e)
	said := i.log.String()
	for _, private := range []string{
		"uackenbush", "Zebulon", "eatherstonehaugh", "ttoline", "Ignatius", "impole", "erpetua", "rinkwater",
		bodyCanary, pickCanary, "feed-secret", "smtp-secret", token, "hand-made-token", "@",
	} {
		if strings.Contains(said, private) {
			t.Errorf("the log says %q", private)
		}
	}
	for _, expected := range []string{"edition compiled", "delivery refused", "edition done", "source not gathered"} {
		if i.log.count(expected) == 0 {
			t.Errorf("nothing was logged of %q:\n%s", expected, said)
		}
	}
}

// openPrivate is a publication with three people, of whom one is unknown to the
// mail server and one's letter is taken without an answer, once.
func openPrivate(t *testing.T) (*instance, *testkit.SMTP) {
	t.Helper()
	var once sync.Once
	server, _ := smtpServer(t, testkit.SMTPConfig{
		Users: map[string]string{"relay-user": "smtp-secret"},
		Answer: func(to string) testkit.SMTPAnswer {
			var a testkit.SMTPAnswer
			switch {
			case strings.HasPrefix(to, "ottoline"):
				a = testkit.SMTPAnswer{Do: testkit.SMTPRefuse, Code: 550, Enhanced: "5.1.1", Text: "<" + to + ">: unknown here"}
			case strings.HasPrefix(to, "ignatius"):
				once.Do(func() { a = testkit.SMTPAnswer{At: testkit.SMTPAtDot, Do: testkit.SMTPDrop} })
			}
			return a
		},
	})
	site := testkit.NewSite()
	site.Set("", "/feed/", "application/rss+xml", []byte(strings.Replace(oneFeed, "and answers", bodyCanary, 1)))
	home := serve(t, site)
	locked := serve(t, answering(http.StatusUnauthorized))
	p := publish(t, "sources:\n  picks: {kind: markdown, path: picks}\n  site: {kind: webfeed, url: \""+home+"/feed/\"}\n"+
		"  locked: {kind: webfeed, url: \""+strings.Replace(locked, "//", "//mara:feed-secret@", 1)+"/feed/\"}",
		"feeds: {all: {}}", weekly, rosters, mailTo(server.Addr, ", user: relay-user, password: smtp-secret"))
	p.write(t, "members.csv", privatePeople, time.Time{})
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	return p.open(t, slotTime), server
}

// tokenOf is the secret in a letter's link.
func tokenOf(t *testing.T, l letter) string {
	t.Helper()
	u, err := url.Parse(l.Unsubscribe)
	if err != nil || !strings.HasPrefix(u.Path, "/u/") {
		t.Fatalf("unsubscribe at %q: %v", l.Unsubscribe, err)
	}
	return strings.TrimPrefix(u.Path, "/u/")
}

// visit runs the whole daemon, and looks at all of its pages meanwhile.
func (i *instance) visit(t *testing.T, token string, e domain.Edition) {
	t.Helper()
	site, err := i.Site()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- i.Serve(ctx, listener, site) }()
	i.log.await(t, "edition done", 1)
	i.log.await(t, "source not gathered", 1)
	home := "http://" + listener.Addr().String()
	for request, want := range map[string]int{
		"GET /": 200, "GET /editions/": 200, "GET /editions/" + e.Slug(): 200, "GET /feeds/all.rss": 200, "GET /feeds.opml": 200,
		"GET /readyz": 200, "GET /nowhere/" + token: 404, "GET /u/" + token: 200, "POST /u/" + token: 200,
		"GET /u/hand-made-token": 404, "POST /u/hand-made-token": 404, "DELETE /u/" + token: 405,
	} {
		if got := ask(t, home, request); got != want {
			t.Errorf("%s answers %d, want %d", request[:10], got, want)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// ask sends a request and returns the answer's status.
func ask(t *testing.T, home, request string) int {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, home+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Error(err)
	}
	return answer.StatusCode
}
