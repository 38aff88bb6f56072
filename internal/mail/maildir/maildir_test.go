package maildir_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/mail"
	"marquee/internal/mail/maildir"
	"marquee/internal/mail/mailtest"
)

func now() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }

func newTransport(t *testing.T, dir, options string) mail.Transport {
	t.Helper()
	opts, err := config.ParseOptions(options, dir)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := maildir.Kind().New(mail.Env{Now: now}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return transport
}

// names are the files in dir, without those that readers ignore.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			list = append(list, e.Name())
		}
	}
	return list
}

func TestSuite(t *testing.T) {
	t.Parallel()
	for layout, place := range map[string]struct{ written, read string }{
		"maildir": {"box/tmp", "box/new"},
		"eml":     {"box", "box"},
	} {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			mailtest.Run(t, func(t *testing.T) mailtest.Harness {
				dir := t.TempDir()
				read := filepath.Join(dir, place.read)
				return mailtest.Harness{
					Transport: newTransport(t, dir, "{path: box, layout: "+layout+"}"),
					Delivered: func() (all [][]byte) {
						for _, name := range names(t, read) {
							data, err := os.ReadFile(filepath.Join(read, name))
							if err != nil {
								t.Fatal(err)
							}
							all = append(all, data)
						}
						return all
					},
				}
			})
		})
	}
}

// TestBrokenDirectory wants trouble with the disk to be temporary.
func TestBrokenDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	session, err := newTransport(t, dir, "path: box").Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range []string{"box/new", "box/tmp"} {
		if err := os.Remove(filepath.Join(dir, broken)); err != nil {
			t.Fatal(err)
		}
		errs := session.Send(t.Context(), mailtest.Window("ada@example.org", "bob@example.org"), nil)
		for _, err := range errs {
			if err == nil || mail.OutcomeOf(err) != mail.Deferred {
				t.Errorf("without %s: got %v", broken, errs)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newTransport(t, dir, "path: file").Open(t.Context()); err == nil || mail.OutcomeOf(err) != mail.Deferred {
		t.Errorf("a file for a directory: got %v", err)
	}
}

// TestOneInTheWay wants trouble with one message to be that one's alone.
func TestOneInTheWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	session, err := newTransport(t, dir, "{path: mails, layout: eml}").Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "mails", "bob.eml", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	errs := session.Send(t.Context(), mailtest.Window("ada@example.org", "bob@example.org", "eve@example.org"), nil)
	if errs[0] != nil || errs[1] == nil || mail.OutcomeOf(errs[1]) != mail.Deferred || errs[2] != nil {
		t.Errorf("got %v", errs)
	}
	if got := names(t, filepath.Join(dir, "mails")); !slices.Equal(got, []string{"ada.eml", "bob.eml", "eve.eml"}) {
		t.Errorf("got %q", got)
	}
}

func TestMaildirNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	session, err := newTransport(t, dir, "path: .").Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	window := slices.Repeat(mailtest.Window("ada@example.org"), 70)
	if errs := session.Send(t.Context(), window, nil); errors.Join(errs...) != nil {
		t.Fatal(errs)
	}
	none := func(context.Context) ([]bool, error) { return nil, errors.New("no") }
	for _, err := range session.Send(t.Context(), window, none) {
		if mail.OutcomeOf(err) != mail.Withheld {
			t.Errorf("got %v", err)
		}
	}
	got := names(t, filepath.Join(dir, "new"))
	if len(got) != 70 || !strings.HasPrefix(got[0], "1795194000.P") || strings.ContainsAny(strings.Join(got, ""), ":/ ") {
		t.Errorf("got %q", got)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "tmp")); err != nil || len(left) != 0 {
		t.Errorf("left behind %v, %v", left, err)
	}
}

func TestEMLNames(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"<weekly-2026-11-20.k3x9@lanternscreen.example>": "weekly-2026-11-20.k3x9.eml",
		"<../../etc/passwd@x>":                           "-..-etc-passwd.eml",
		"<" + strings.Repeat("x", 300) + "@x>":           strings.Repeat("x", 150) + ".eml",
		"<@x>":                                           "1795194000.P*.eml",
	} {
		dir := t.TempDir()
		session, err := newTransport(t, dir, "{path: mails, layout: eml}").Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m := mailtest.Message("ada@example.org")
		m.Content = [][]byte{[]byte("Message-"), []byte("ID: " + id + "\r\n\r\nHello\r\n")}
		if errs := session.Send(t.Context(), []mail.Message{m}, nil); errs[0] != nil {
			t.Fatal(errs)
		}
		got := names(t, filepath.Join(dir, "mails"))
		if ok, err := filepath.Match(want, strings.Join(got, " ")); err != nil || !ok {
			t.Errorf("%s: got %q, want %s", id, got, want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"{}":                                 {"path"},
		"{path: x, layout: mbox}":            {"layout", "maildir or eml"},
		"{layout: mbox}":                     {"path", "layout"},
		"{path: x, colour: blue}":            {"colour"},
		"{path: x}":                          nil,
		"{path: /var/mail/x, layout: 'eml'}": nil,
	} {
		opts, err := config.ParseOptions(text, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		_, err = maildir.New(mail.Env{Now: now}, opts)
		if (err == nil) != (want == nil) {
			t.Errorf("%s: got %v", text, err)
		}
		if slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(err.Error(), w) }) {
			t.Errorf("%s: got %v, want it to mention %q", text, err, want)
		}
	}
}
