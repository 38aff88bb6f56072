package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// zone is a DNS: what it holds by name. What it does not hold is not there;
// where silent is set, nothing answers.
type zone struct {
	txt    map[string][]string
	mx     map[string][]string
	ip     map[string][]string
	ptr    map[string][]string
	silent bool
}

func (z zone) find(in map[string][]string, name string) ([]string, error) {
	if z.silent {
		return nil, &net.DNSError{Err: "i/o timeout", Name: name, IsTimeout: true, IsTemporary: true}
	}
	found := in[strings.ToLower(strings.TrimSuffix(name, "."))]
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return found, nil
}

func (z zone) LookupTXT(_ context.Context, name string) ([]string, error) { return z.find(z.txt, name) }

func (z zone) LookupAddr(_ context.Context, addr string) ([]string, error) {
	return z.find(z.ptr, addr)
}

func (z zone) LookupMX(_ context.Context, name string) (servers []*net.MX, err error) {
	found, err := z.find(z.mx, name)
	for _, host := range found {
		servers = append(servers, &net.MX{Host: host, Pref: 10})
	}
	return servers, err
}

func (z zone) LookupIPAddr(_ context.Context, host string) (addresses []net.IPAddr, err error) {
	if ip := net.ParseIP(host); ip != nil {
		return []net.IPAddr{{IP: ip}}, nil
	}
	found, err := z.find(z.ip, host)
	for _, a := range found {
		addresses = append(addresses, net.IPAddr{IP: net.ParseIP(a)})
	}
	return addresses, err
}

// relay is a transport whose sessions open with an error, or well.
type relay struct{ err error }

func (r relay) Open(context.Context) (mail.Session, error) { return session{}, r.err }

type session struct{ mail.Session }

func (session) Close() error { return nil }

var today = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// key is a signing key, and its record.
func key(t *testing.T, selector string) (k dkim.Key, record string) {
	t.Helper()
	pem, err := dkim.Generate("ed25519")
	if err != nil {
		t.Fatal(err)
	}
	private, err := dkim.ParseKey(pem)
	if err != nil {
		t.Fatal(err)
	}
	k = dkim.Key{Selector: selector, Private: private}
	_, record, err = dkim.Record("lantern.org", k)
	if err != nil {
		t.Fatal(err)
	}
	return k, record
}

// healthy is a publication whose letters arrive.
func healthy(t *testing.T) Config {
	t.Helper()
	k, record := key(t, "m2026")
	return Config{
		From: "digest@lantern.org", Return: "return@in.lantern.org", Keys: []dkim.Key{k}, Patrons: 412, Postal: "PO Box 1200",
		Relays: []Relay{{Name: "main", Transport: relay{}, Server: mail.Server{Host: "smtp.relay.net", HELO: "feeds.lantern.org"}}},
		Dir:    t.TempDir(), Backup: today.Add(-24 * time.Hour), Now: func() time.Time { return today },
		Resolver: zone{
			txt: map[string][]string{
				"in.lantern.org":               {"google-site-verification=1", "v=spf1 include:spf.relay.net ~all"},
				"spf.relay.net":                {"v=spf1 ip4:203.0.113.0/24 -all"},
				"m2026._domainkey.lantern.org": {record},
				"_dmarc.lantern.org":           {"v=DMARC1; p=quarantine; rua=mailto:dmarc@lantern.org"},
			},
			mx:  map[string][]string{"lantern.org": {"mx.lantern.org."}, "in.lantern.org": {"mx.lantern.org."}},
			ip:  map[string][]string{"smtp.relay.net": {"203.0.113.7"}, "mx.lantern.org": {"198.51.100.4"}, "out7.relay.net": {"203.0.113.7"}},
			ptr: map[string][]string{"203.0.113.7": {"out7.relay.net."}},
		},
	}
}

func TestHealthy(t *testing.T) {
	t.Parallel()
	for _, f := range New(healthy(t)).Examine(t.Context()) {
		if f.Level != OK && f.Exam != "bulk" {
			t.Errorf("%+v", f)
		}
		if f.Exam == "" || f.Of == "" || f.Says == "" || f.Why == "" {
			t.Errorf("it leaves something open: %+v", f)
		}
	}
}

// Each trouble is found, as bad as it is, and told with what mends it.
func TestTroubles(t *testing.T) {
	t.Parallel()
	many := func(c *Config, _ zone) { c.Patrons = 5000 }
	for name, tt := range map[string]struct {
		change []func(*Config, zone)
		exam   string
		level  Level
		says   string // part of it
		paste  string // part of it
	}{
		"no SPF record, but a good key": {
			[]func(*Config, zone){func(_ *Config, z zone) { delete(z.txt, "in.lantern.org") }},
			"spf", Warning, "no SPF record", `in.lantern.org. IN TXT "v=spf1 a:smtp.relay.net ~all"`,
		},
		"no SPF record of a bulk sender": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { delete(z.txt, "in.lantern.org") }},
			"spf", Fault, "no SPF record", "v=spf1",
		},
		"neither SPF nor a key": {
			[]func(*Config, zone){func(_ *Config, z zone) {
				delete(z.txt, "in.lantern.org")
				delete(z.txt, "m2026._domainkey.lantern.org")
			}},
			"spf", Fault, "no SPF record", "v=spf1",
		},
		"two SPF records": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { z.txt["in.lantern.org"] = []string{"v=spf1 -all", "v=spf1 mx -all"} }},
			"spf", Fault, "2 SPF records", "",
		},
		"SPF for the whole world": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { z.txt["in.lantern.org"] = []string{"v=spf1 +all"} }},
			"spf", Fault, "whole world", "",
		},
		"SPF that forbids the relay": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { z.txt["in.lantern.org"] = []string{"v=spf1 mx -all"} }},
			"spf", Fault, "does not admit smtp.relay.net", `"v=spf1 mx a:smtp.relay.net -all"`,
		},
		"SPF that doubts the relay": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { z.txt["in.lantern.org"] = []string{"v=spf1 mx ~all"} }},
			"spf", Warning, "does not name smtp.relay.net", `"v=spf1 mx a:smtp.relay.net ~all"`,
		},
		"SPF without the provider": {
			[]func(*Config, zone){many, func(c *Config, _ zone) { c.Relays[0].Server.Host = "smtp.eu.mailgun.org" }},
			"spf", Fault, "does not admit smtp.eu.mailgun.org", `"v=spf1 include:spf.relay.net include:mailgun.org ~all"`,
		},
		"SPF that asks too much": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { z.txt["in.lantern.org"] = []string{"v=spf1 include:in.lantern.org ~all"} }},
			"spf", Fault, "cannot use", "",
		},
		"the key is not published": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { delete(z.txt, "m2026._domainkey.lantern.org") }},
			"dkim", Fault, "not in the DNS", "m2026._domainkey.lantern.org. IN TXT \"v=DKIM1; k=ed25519; p=",
		},
		"another key is published": {
			[]func(*Config, zone){many, func(_ *Config, z zone) {
				z.txt["m2026._domainkey.lantern.org"] = []string{"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}
			}},
			"dkim", Fault, "another key", "p=",
		},
		"the key is revoked": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { z.txt["m2026._domainkey.lantern.org"] = []string{"v=DKIM1; p="} }},
			"dkim", Fault, "revoked", "p=",
		},
		"two keys under one name": {
			[]func(*Config, zone){many, func(_ *Config, z zone) {
				z.txt["m2026._domainkey.lantern.org"] = append(z.txt["m2026._domainkey.lantern.org"], "v=DKIM1; p=")
			}},
			"dkim", Fault, "2 records", "p=",
		},
		"no key": {[]func(*Config, zone){func(c *Config, _ zone) { c.Keys = nil }}, "dkim", Warning, "unsigned", "marquee mail key m2026"},
		"no DMARC": {
			[]func(*Config, zone){func(_ *Config, z zone) { delete(z.txt, "_dmarc.lantern.org") }},
			"dmarc", Warning, "no DMARC", `_dmarc.lantern.org. IN TXT "v=DMARC1; p=none; rua=mailto:digest@lantern.org"`,
		},
		"no DMARC of a bulk sender": {
			[]func(*Config, zone){many, func(_ *Config, z zone) { delete(z.txt, "_dmarc.lantern.org") }},
			"dmarc", Fault, "no DMARC", "v=DMARC1",
		},
		"DMARC that is none": {
			[]func(*Config, zone){func(_ *Config, z zone) { z.txt["_dmarc.lantern.org"] = []string{"v=DMARC1; p=maybe"} }},
			"dmarc", Fault, "cannot be read", "v=DMARC1",
		},
		"DMARC against oneself": {
			[]func(*Config, zone){func(c *Config, z zone) {
				c.Keys, c.Return = nil, "bounces@bounces.net"
				z.txt["bounces.net"] = z.txt["in.lantern.org"]
				z.mx["bounces.net"] = z.mx["in.lantern.org"]
			}},
			"dmarc", Fault, "refuse your letters", "",
		},
		"strict DMARC against oneself": {
			[]func(*Config, zone){func(c *Config, z zone) {
				c.Keys = nil
				z.txt["_dmarc.lantern.org"] = []string{"v=DMARC1; p=reject; aspf=s"}
			}},
			"dmarc", Fault, "refuse your letters", "",
		},
		"somebody else's domain": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.From = "mara.ellison@gmail.com" }},
			"sender", Fault, "belongs to a provider", "reply_to: mara.ellison@gmail.com",
		},
		"an address without a name": {
			[]func(*Config, zone){func(_ *Config, z zone) { delete(z.ptr, "203.0.113.7") }},
			"names", Warning, "no name", "",
		},
		"a name that leads elsewhere": {
			[]func(*Config, zone){func(_ *Config, z zone) { z.ip["out7.relay.net"] = []string{"203.0.113.8"} }},
			"names", Warning, "does not lead back", "",
		},
		"our own server without a name": {
			[]func(*Config, zone){func(c *Config, z zone) {
				c.Relays[0].Server.Host = "127.0.0.1"
				z.ip["feeds.lantern.org"] = []string{"203.0.113.9"}
			}},
			"names", Fault, "no name", "",
		},
		"our own server that is nowhere": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.Relays[0].Server.Host = "127.0.0.1" }},
			"names", Warning, "no public address", "helo:",
		},
		"bounces come nowhere": {
			[]func(*Config, zone){func(_ *Config, z zone) { delete(z.mx, "in.lantern.org") }},
			"mx", Fault, "takes no mail", "in.lantern.org. IN MX 10 mail.lantern.org.",
		},
		"answers are not taken": {
			[]func(*Config, zone){func(_ *Config, z zone) { z.mx["lantern.org"] = []string{"."} }},
			"mx", Warning, "says that it takes no mail", "",
		},
		"a mail server that is not there": {
			[]func(*Config, zone){func(_ *Config, z zone) { delete(z.ip, "mx.lantern.org") }},
			"mx", Fault, "takes no mail", "",
		},
		"the relay refuses": {
			[]func(*Config, zone){func(c *Config, _ zone) {
				c.Relays[0].Transport = relay{&mail.SendError{Outcome: mail.Rejected, Code: 535, Command: "AUTH", Err: errors.New("535 authentication failed")}}
			}},
			"relay", Fault, "authentication failed", "",
		},
		"the relay is busy": {
			[]func(*Config, zone){func(c *Config, _ zone) {
				c.Relays[0].Transport = relay{&mail.SendError{Outcome: mail.Deferred, Code: 421, Err: errors.New("busy")}}
			}},
			"relay", Warning, "421", "",
		},
		"a spare refuses": {
			[]func(*Config, zone){func(c *Config, _ zone) {
				spare := c.Relays[0]
				spare.Transport = relay{errors.New("dial: connection refused")}
				c.Relays = append(c.Relays, spare)
			}},
			"relay", Warning, "connection refused", "",
		},
		"no postal address": {[]func(*Config, zone){func(c *Config, _ zone) { c.Postal = " " }}, "address", Fault, "is empty", "address:"},
		"many patrons":      {[]func(*Config, zone){many}, "bulk", Note, "bulk sender for good", ""},
		"never backed up":   {[]func(*Config, zone){func(c *Config, _ zone) { c.Backup = time.Time{} }}, "backup", Warning, "never", "marquee backup"},
		"an old backup":     {[]func(*Config, zone){func(c *Config, _ zone) { c.Backup = today.Add(-240 * time.Hour) }}, "backup", Warning, "10 days", "marquee backup"},
		"no such folder":    {[]func(*Config, zone){func(c *Config, _ zone) { c.Dir += "/gone" }}, "disk", Unknown, "no such file", ""},
		"an address without TLS": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.Unsubscribe = "http://feeds.lantern.org/u/x" }},
			"unsubscribe", Warning, "plain http", "https://",
		},
		"a letter that is none": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.Letter = letter("gibberish") }}, "letter", Fault, "no letter", "",
		},
		"a letter without headers": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.Letter = letter("From: a@lantern.org\r\n\r\n") }},
			"letter", Fault, "Message-Id, Mime-Version, List-Id", "",
		},
		"a letter without one click": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.Letter = letter(head("https://feeds.lantern.org/u/x")) }},
			"letter", Fault, "List-Unsubscribe-Post", "",
		},
		"a letter without https": {
			[]func(*Config, zone){func(c *Config, _ zone) { c.Letter = letter(head("mailto:return@in.lantern.org")) }},
			"letter", Warning, "https", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := healthy(t)
			for _, change := range tt.change {
				change(&cfg, cfg.Resolver.(zone))
			}
			var got []Finding
			for _, f := range New(cfg).Examine(t.Context()) {
				if f.Exam == tt.exam {
					got = append(got, f)
				}
			}
			fits := func(f Finding) bool {
				return f.Level == tt.level && strings.Contains(f.Says, tt.says) && strings.Contains(f.Paste, tt.paste)
			}
			if !slices.ContainsFunc(got, fits) {
				t.Errorf("want %s %q %q, got %+v", tt.level, tt.says, tt.paste, got)
			}
		})
	}
}

// head is a letter's, all but List-Unsubscribe-Post.
func head(unsubscribe string) string {
	return "From: a@lantern.org\r\nTo: b@lantern.org\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\nSubject: Friday\r\n" +
		"Message-ID: <1@lantern.org>\r\nMIME-Version: 1.0\r\nList-ID: <weekly.lantern.org>\r\nList-Unsubscribe: <" + unsubscribe + ">\r\n\r\nHello.\r\n"
}

func letter(text string) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) { return []byte(text), nil }
}

// A DNS that does not answer is no reason to hold anything.
func TestSilence(t *testing.T) {
	t.Parallel()
	cfg := healthy(t)
	cfg.Resolver = zone{silent: true}
	report := New(cfg).Examine(t.Context())
	if !report.Green() || report.Count(Unknown) < 5 {
		t.Errorf("%+v", report)
	}
}

// The request of a mail program, against servers that treat it well or badly.
func TestUnsubscription(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		serve http.HandlerFunc
		level Level
		says  string
	}{
		"good": {func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost || r.FormValue("List-Unsubscribe") != "One-Click" || len(r.Cookies()) > 0 {
				w.WriteHeader(http.StatusBadRequest)
			}
		}, OK, "one click"},
		"redirects": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, Fault, "redirects"},
		"login":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, Fault, "401"},
		"lost":      {http.NotFound, Fault, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewTLSServer(tt.serve)
			t.Cleanup(server.Close)
			d := New(Config{Unsubscribe: server.URL + "/u/secret", Now: func() time.Time { return server.Certificate().NotAfter.Add(-720 * time.Hour) }})
			d.Roots = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			got := d.unsubscription(t.Context())
			if len(got) != 1 || got[0].Level != tt.level || !strings.Contains(got[0].Says, tt.says) {
				t.Errorf("%+v", got)
			}
			d.Now = func() time.Time { return server.Certificate().NotAfter.Add(-72 * time.Hour) }
			if got := d.unsubscription(t.Context()); tt.level == OK && (got[0].Level != Warning || !strings.Contains(got[0].Says, "3 days")) {
				t.Errorf("with a certificate that ends: %+v", got)
			}
		})
	}
}

// No finding shows the secret in the address.
func TestUnsubscriptionKeepsItsSecret(t *testing.T) {
	t.Parallel()
	d := New(Config{Unsubscribe: "https://127.0.0.1:1/u/secret", Now: time.Now})
	if got := d.unsubscription(t.Context()); len(got) != 1 || got[0].Level != Fault || strings.Contains(fmt.Sprint(got), "secret") {
		t.Errorf("%+v", got)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for off, level := range map[time.Duration]Level{0: OK, time.Minute: Warning, -time.Minute: Warning, time.Hour: Fault} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", today.Add(off).Format(http.TimeFormat))
		}))
		t.Cleanup(server.Close)
		got := New(Config{Site: server.URL, Now: func() time.Time { return today }}).clock(t.Context())
		if len(got) != 1 || got[0].Level != level {
			t.Errorf("%v off: %+v", off, got)
		}
	}
}

// A filter's points are read wherever it writes them, and what it dislikes.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		said string
		want Verdict
	}{
		"spamassassin": {
			"X-Spam-Status: No, score=1.0 required=5.0 tests=NONE\n\nContent analysis details:   (9.9 points, 5.0 required)\n 9.9 QUOTED by the letter\n\n" +
				"Content analysis details:   (3.4 points, 5.0 required)\n\n pts rule name              description\n---- ---------------------- ----\n" +
				"-1.0 MAILING_LIST_MULTI     Multiple indicators imply a widely-seen list\n                            manager\n 4.4 ALL_CAPS               SUBJECT\n",
			Verdict{"spamassassin", 3.4, 5, []string{"-1.0 MAILING_LIST_MULTI Multiple indicators imply a widely-seen list", "4.4 ALL_CAPS SUBJECT"}},
		},
		"spamc": {"-0.3/5.0\nContent analysis details:   (-0.3 points, 5.0 required)\n", Verdict{"spamc", -0.3, 5, nil}},
		"rspamc": {
			"Results for file: stdin\n[Metric: default]\nAction: no action\nScore: 3.4 / 15.0\nSymbol: MIME_GOOD (-0.10)[text/plain]\n",
			Verdict{"rspamc", 3.4, 15, []string{"Symbol: MIME_GOOD (-0.10)[text/plain]"}},
		},
	} {
		got, err := answering(name, "cat >/dev/null; printf '%s' \"$0\"", tt.said).judge(t.Context(), "/bin/sh", []byte("letter"))
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", name, err, diff)
		}
	}
	for name, script := range map[string]string{"its service is down": "echo 0/0; exit 69", "it fails": "exit 3", "it says nothing": "exit 0"} {
		if got, err := answering("spamc", script, "").judge(t.Context(), "/bin/sh", []byte("letter")); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// answering is a filter that a line of the shell stands in for.
func answering(name, script, said string) filter {
	for _, by := range filters() {
		if by.name == name {
			by.args = []string{"-c", script, said}
			return by
		}
	}
	return filter{}
}

// A letter that a filter dislikes is a warning, and no filter is no finding.
func TestScore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		points float64
		err    error
		want   []Level
	}{
		{-1, nil, []Level{OK}},
		{3.4, nil, []Level{Warning}},
		{0, errors.New("broken"), []Level{Unknown}},
		{0, domain.ErrNotFound, nil},
	} {
		var got []Level
		for _, f := range score(Verdict{By: "spamc", Points: tt.points}, tt.err) {
			got = append(got, f.Level)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v, %v: %v, want %v", tt.points, tt.err, got, tt.want)
		}
	}
}
