package app_test

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

const adminPassword = "a week of harbors"

// desk is the operator's browser.
type desk struct {
	server string
	cookie string
	header map[string]string // more of each request
	files  *publication
}

// answer is an answer to it, read whole.
type answer struct {
	status   int
	location string
	header   http.Header
	body     string
}

// desk serves an instance's pages.
func (i *instance) desk(t *testing.T) *desk {
	t.Helper()
	site, err := i.Site()
	if err != nil {
		t.Fatal(err)
	}
	return &desk{server: serve(t, site), header: map[string]string{}}
}

// ask sends a request; a form is posted.
func (d *desk) ask(t *testing.T, path string, form url.Values) answer {
	t.Helper()
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, d.server+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if d.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "marquee", Value: d.cookie})
	}
	for name, value := range d.header {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range resp.Cookies() {
		d.cookie = c.Value
	}
	return answer{resp.StatusCode, resp.Header.Get("Location"), resp.Header, string(text)}
}

// see gets a page that is there.
func (d *desk) see(t *testing.T, path string) string {
	t.Helper()
	a := d.ask(t, path, nil)
	if a.status != http.StatusOK {
		t.Fatalf("%s: status %d\n%s", path, a.status, a.body)
	}
	return a.body
}

func (d *desk) login(t *testing.T) {
	t.Helper()
	if a := d.ask(t, "/admin/login", url.Values{"password": {adminPassword}}); a.status != http.StatusSeeOther || d.cookie == "" {
		t.Fatalf("login: status %d\n%s", a.status, a.body)
	}
}

// manned is a weekly whose operator is logged in, an hour before its letter closes.
func manned(t *testing.T) (*instance, *desk, *testkit.SMTP) {
	t.Helper()
	server, mail := smtpServer(t, testkit.SMTPConfig{})
	i, d := mannedWith(t, mail)
	return i, d, server
}

func mannedWith(t *testing.T, mail string) (*instance, *desk) {
	t.Helper()
	p := weeklyWith(t, "", strings.Replace(mail, "mail: {", "mail: {operator: mara@lanternscreen.example, ", 1)+"\nletters: {theme: screen}")
	i := p.open(t, slotTime.Add(-2*time.Hour))
	i.enroll(t)
	i.gather(t)
	if err := i.SetPassword(t.Context(), adminPassword); err != nil {
		t.Fatal(err)
	}
	d := i.desk(t)
	d.files = p
	d.login(t)
	return i, d
}

// adminPaths are all pages that only the operator sees.
func adminPaths() []string {
	return []string{
		"/admin/", "/admin/editions/", "/admin/editions/1", "/admin/editions/1/preview", "/admin/editions/1/letter", "/admin/editions/1/correct",
		"/admin/next/weekly", "/admin/next/weekly/preview", "/admin/next/weekly/letter", "/admin/next/weekly/changes",
		"/admin/check", "/admin/people", "/admin/people/patron?email=" + url.QueryEscape(address(0)), "/admin/sources", "/admin/editions/1/send",
	}
}

func TestDeskIsLocked(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	stranger := &desk{server: d.server}
	for _, path := range adminPaths() {
		a := stranger.ask(t, path, nil)
		if want := "/admin/login?to=" + url.QueryEscape(path); a.status != http.StatusSeeOther || a.location != want || strings.Contains(a.body, "Copperwire") {
			t.Errorf("%s: status %d, to %s, want %s", path, a.status, a.location, want)
		}
	}
	for _, act := range []string{"hold", "send", "cancel", "release", "test", "remake", "correct"} {
		if a := stranger.ask(t, "/admin/editions/1/"+act, url.Values{}); a.status != http.StatusSeeOther {
			t.Errorf("%s: status %d", act, a.status)
		}
		d.header["Sec-Fetch-Site"] = "cross-site"
		if a := d.ask(t, "/admin/editions/1/"+act, url.Values{}); a.status != http.StatusForbidden {
			t.Errorf("%s from another site: status %d", act, a.status)
		}
		delete(d.header, "Sec-Fetch-Site")
	}
	if now := must(i.Store().Edition(t.Context(), e.ID))(t); now.State != domain.EditionFrozen {
		t.Errorf("the edition is %s", now.State)
	}
	if a := d.ask(t, "/admin/logout", url.Values{}); a.status != http.StatusSeeOther || d.ask(t, "/admin/", nil).status != http.StatusSeeOther {
		t.Errorf("after logging out: status %d", a.status)
	}
}

// Who guesses is stopped, and who has not guessed is not.
func TestGuesses(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	robber := &desk{server: d.server, header: map[string]string{"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}}
	for n := range 7 {
		want := http.StatusForbidden
		if n >= 5 {
			want = http.StatusTooManyRequests
		}
		if a := robber.ask(t, "/admin/login", url.Values{"password": {"guess"}}); a.status != want {
			t.Fatalf("guess %d: status %d, want %d", n, a.status, want)
		}
	}
	if a := robber.ask(t, "/admin/login", url.Values{"password": {adminPassword}}); a.status != http.StatusTooManyRequests {
		t.Errorf("the right guess too late: status %d", a.status)
	}
	d.login(t)
	i.now = i.now.Add(2 * time.Minute)
	if a := robber.ask(t, "/admin/login", url.Values{"password": {adminPassword}}); a.status != http.StatusSeeOther {
		t.Errorf("minutes later: status %d", a.status)
	}
	if got := robber.ask(t, "/admin/login", url.Values{"password": {adminPassword}}).header.Get("Set-Cookie"); !strings.Contains(got, "; HttpOnly; Secure; SameSite=Lax") || !strings.Contains(got, "Path=/admin/") {
		t.Errorf("cookie %q", got)
	}
	for from, want := range map[string]string{
		"/admin/next/weekly": "/admin/next/weekly", "//evil.example/admin/": "/admin/", "https://evil.example/": "/admin/", "/": "/admin/",
		`/admin/\evil`: "/admin/", "/admin/editions/1/preview?as=reader": "/admin/editions/1/preview?as=reader",
	} {
		if a := d.ask(t, "/admin/login", url.Values{"password": {adminPassword}, "to": {from}}); a.location != want {
			t.Errorf("to %q: %q", from, a.location)
		}
	}
}

func TestWaysIn(t *testing.T) {
	t.Parallel()
	const proxied = "X-Forwarded-For: 203.0.113.7"
	for name, tt := range map[string]struct {
		admin   string
		headers []string
		want    int
	}{
		"on the machine":                {"", nil, 200},
		"over TLS":                      {"", []string{proxied, "X-Forwarded-Proto: https"}, 200},
		"by the site's address":         {"", []string{proxied}, 200}, // server.url is https
		"in clear":                      {"", []string{proxied, "X-Forwarded-Proto: http"}, 403},
		"in clear, allowed":             {"admin: {access: open}", []string{proxied, "X-Forwarded-Proto: http"}, 200},
		"local, on the machine":         {"admin: {access: local}", nil, 200},
		"local, from afar":              {"admin: {access: local}", []string{proxied, "X-Forwarded-Proto: https"}, 403},
		"off":                           {"admin: {access: off}", nil, 404},
		"a stranger who claims it":      {`server: {listen: "127.0.0.1:0", url: "https://feeds.lanternscreen.example", proxies: [10.0.0.0/8]}`, []string{proxied, "X-Forwarded-Proto: https"}, 403},
		"the proxy knows them":          {"admin: {proxy_login: {header: x-user, identity: mara}}", []string{proxied, "X-User: mara"}, -200},
		"the proxy knows somebody else": {"admin: {proxy_login: {header: x-user, identity: mara}}", []string{proxied, "X-User: maria"}, -303},
		"nobody trusts the header":      {"", []string{proxied, "X-User: mara"}, -303},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := weeklyWith(t, "", mailTo("127.0.0.1:25", ""))
			text := p.read(t, "config.yaml")
			if strings.HasPrefix(tt.admin, "server:") {
				text = strings.Replace(text, `server: {listen: "127.0.0.1:0", url: "https://feeds.lanternscreen.example"}`, tt.admin, 1)
			} else {
				text += "\n" + tt.admin
			}
			p.write(t, "config.yaml", text, time.Time{})
			d := p.open(t, slotTime).desk(t)
			for _, h := range tt.headers {
				name, value, _ := strings.Cut(h, ": ")
				d.header[name] = value
			}
			path, want := "/admin/login", tt.want
			if want < 0 {
				path, want = "/admin/", -want
			}
			if a := d.ask(t, path, nil); a.status != want {
				t.Errorf("status %d, want %d\n%s", a.status, want, a.body)
			}
		})
	}
}

// What the maker sees before the edition is what patrons get after it.
func TestPreviewIsTrue(t *testing.T) {
	t.Parallel()
	i, d, server := manned(t)
	if page := d.see(t, "/admin/next/weekly"); !strings.Contains(page, "Copperwire") || !strings.Contains(page, "Fri Nov 20, 16:00 CST") {
		t.Errorf("the page of the next edition:\n%s", page)
	}
	for _, path := range []string{"/admin/next/weekly/preview", "/admin/next/weekly/preview?as=reader&form=text", "/admin/next/weekly/preview?form=source", "/admin/"} {
		if page := d.see(t, path); !strings.Contains(page, "Copperwire") {
			t.Errorf("%s:\n%s", path, page)
		}
	}
	wish(t, i, address(0), domain.Preferences{Called: "Doctor Luz"})
	wish(t, i, address(1), domain.Preferences{Plain: true})
	if page := d.see(t, "/admin/next/weekly"); !strings.Contains(page, "1 as text alone") {
		t.Errorf("nobody seems to want text alone:\n%s", page)
	}
	text := source(d.see(t, "/admin/next/weekly/preview?patron="+url.QueryEscape(address(1))))
	if mail := source(d.see(t, "/admin/next/weekly/preview?plain=1&form=source")); !strings.Contains(mail, "Content-Type: text/plain") || strings.Contains(mail, "multipart") {
		t.Errorf("the letter of text alone is\n%s", mail)
	}
	shown := map[string]string{}
	for n := range people {
		shown[address(n)] = d.see(t, "/admin/next/weekly/letter?patron="+url.QueryEscape(address(n)))
	}
	i.now = slotTime.Add(-time.Hour)
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	frozen := d.see(t, "/admin/editions/1/letter?patron="+url.QueryEscape(address(0)))
	if _, err := i.Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	got := letters(t, server)
	for who, want := range shown {
		if is := got[who].HTML; withoutTokens(is) != withoutTokens(want) {
			t.Errorf("%s was shown another letter (-shown +got):\n%s", who, cmp.Diff(withoutTokens(want), withoutTokens(is)))
		}
	}
	if withoutTokens(frozen) != withoutTokens(got[address(0)].HTML) || !strings.Contains(frozen, "Doctor Luz") {
		t.Error("the frozen letter is shown in another way")
	}
	if plain := got[address(1)]; plain.HTML != "" || withoutTokens(text) != withoutTokens(plain.Text) {
		t.Errorf("the letter of text alone is shown in another way (-shown +got):\n%s", cmp.Diff(text, plain.Text))
	}
	if page := d.see(t, "/admin/editions/1"); !strings.Contains(page, `<dt>sent</dt><dd>13</dd>`) {
		t.Errorf("the edition's page:\n%s", page)
	}
}

// What the maker can mend is told in the words of the mistake, and the preview goes
// on listening.
func TestPreviewTellsMistakes(t *testing.T) {
	t.Parallel()
	_, d := mannedWith(t, mailTo("127.0.0.1:25", "")+"\ntemplates: .")
	d.files.write(t, "mail/item.txt.tmpl", "{{.Nonsense", time.Time{})
	for path, want := range map[string]struct {
		status int
		words  string
		live   bool
	}{
		"/admin/next/weekly/preview":                   {400, "item.txt.tmpl:1: unclosed action", true},
		"/admin/next/weekly/letter":                    {400, "item.txt.tmpl:1: unclosed action", true},
		"/admin/next/weekly":                           {400, "item.txt.tmpl:1: unclosed action", true},
		"/admin/next/weekly/preview?patron=a@b.c":      {404, "Nobody has this address.", true},
		"/admin/next/weekly/preview?form=x&patron=%00": {404, "Nobody has this address.", true},
		"/admin/next/weekly/preview?as=martian":        {404, "martian", true},
		"/admin/next/monthly/preview":                  {404, "monthly", false},
		"/admin/editions/77/preview":                   {404, "not found", false},
	} {
		a := d.ask(t, path, nil)
		if a.status != want.status || !strings.Contains(a.body, want.words) || strings.Contains(a.body, "/changes") != want.live {
			t.Errorf("%s: status %d\n%s", path, a.status, a.body)
		}
	}
}

// wish sets what somebody wants.
func wish(t *testing.T, i *instance, address string, p domain.Preferences) {
	t.Helper()
	who := must(i.Store().PatronByEmail(t.Context(), address))(t)
	if err := i.Store().SetPreferences(t.Context(), who.ID, p); err != nil {
		t.Fatal(err)
	}
}

// source is what a preview shows character by character.
func source(page string) string {
	_, rest, _ := strings.Cut(page, `<pre class="source" tabindex="0">`)
	text, _, _ := strings.Cut(rest, "</pre>")
	return html.UnescapeString(text)
}

// withoutTokens takes the secrets out of a letter's links.
func withoutTokens(text string) string {
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(`"<> `, r) })
	for i, f := range fields {
		for _, page := range []string{"/u/", "/p/", "/e/"} {
			if at := strings.LastIndex(f, page); strings.HasPrefix(f, "https://feeds.") && at >= 0 {
				fields[i] = f[:at+len(page)]
			}
		}
	}
	return strings.Join(fields, " ")
}

func TestButtons(t *testing.T) {
	t.Parallel()
	i, d, _ := manned(t)
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	for _, step := range []struct {
		act    string
		status int
		state  domain.EditionState
	}{
		{"release", 409, domain.EditionFrozen},
		{"remake", 409, domain.EditionFrozen},
		{"hold", 303, domain.EditionHeld},
		{"remake", 303, domain.EditionHeld},
		{"hold", 409, domain.EditionHeld},
		{"release", 303, domain.EditionFrozen},
		{"nonsense", 404, domain.EditionFrozen},
		{"hold", 303, domain.EditionHeld},
		{"send", 303, domain.EditionSending},
		{"send", 409, domain.EditionSending},
		{"cancel", 303, domain.EditionCancelled},
		{"release", 409, domain.EditionCancelled},
	} {
		a := d.ask(t, "/admin/editions/1/"+step.act, url.Values{})
		if now := must(i.Store().Edition(t.Context(), e.ID))(t); a.status != step.status || now.State != step.state {
			t.Errorf("%s: status %d, edition %s; want %d, %s", step.act, a.status, now.State, step.status, step.state)
		}
	}
}

func TestTestLetter(t *testing.T) {
	t.Parallel()
	_, d, server := manned(t)
	for as, want := range map[string]int{"": 303, "reader": 303, "public": 400, "martian": 404} {
		if a := d.ask(t, "/admin/next/weekly/test", url.Values{"as": {as}}); a.status != want {
			t.Errorf("as %q: status %d, want %d", as, a.status, want)
		}
	}
	if page := d.see(t, "/admin/next/weekly/preview?as=reader&plain=1"); !strings.Contains(page, "Send me this one as a test") || !strings.Contains(page, `name="plain" value="1"`) {
		t.Errorf("the preview offers no test:\n%s", page)
	}
	if a := d.ask(t, "/admin/next/weekly/test", url.Values{"as": {"reader"}, "plain": {"1"}}); a.status != http.StatusSeeOther {
		t.Errorf("a test of text alone: status %d", a.status)
	}
	sent := server.Messages()
	if n := len(sent); n != 3 || bytes.Contains(sent[2].Data, []byte("multipart")) || !bytes.Contains(sent[1].Data, []byte("multipart")) {
		t.Errorf("%d letters, and the last is not of text alone", n)
	}
	if len(sent) != 3 || slices.ContainsFunc(sent, func(m testkit.SMTPMessage) bool { return m.To[0] != "mara@lanternscreen.example" }) {
		t.Errorf("letters went to %v", sent)
	}
}

// While somebody writes the picks, the preview follows.
func TestChanges(t *testing.T) {
	t.Parallel()
	_, d, _ := manned(t)
	r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, d.server+"/admin/next/weekly/changes", http.NoBody))(t)
	r.AddCookie(&http.Cookie{Name: "marquee", Value: d.cookie})
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, len(": listening\n\n"))
	if _, err := io.ReadFull(resp.Body, first); err != nil {
		t.Fatal(err)
	}
	d.files.write(t, "picks/2026-11-20.md", strings.Replace(handPicks, "\n---\n", "\n---\n\nOne more line.\n", 1), time.Time{})
	buf := make([]byte, len("event: changed\ndata:\n\n"))
	if _, err := io.ReadFull(resp.Body, buf); err != nil || !strings.HasPrefix(string(buf), "event: changed") {
		t.Errorf("heard %q: %v", buf, err)
	}
}
