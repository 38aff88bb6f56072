package bounce_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// corpus are mails as they really come, numbered, with what each must be taken
// for: its sort, its class, its status.
func corpus(tb testing.TB) map[string]string {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) < 60 {
		tb.Fatalf("%d cases, %v", len(files), err)
	}
	wants := map[string]string{}
	for _, file := range files {
		want, err := os.ReadFile(strings.TrimSuffix(file, ".eml") + ".want")
		if err != nil {
			tb.Fatal(err)
		}
		wants[file] = strings.TrimSpace(string(want))
	}
	return wants
}

func read(tb testing.TB, mail []byte) *bounce.Mail {
	tb.Helper()
	m, err := bounce.Read(bytes.NewReader(mail), false)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func summary(v bounce.Verdict) string {
	return strings.TrimSpace(strings.Join([]string{string(v.Sort), string(v.Class), v.Status}, " "))
}

// Every case is told right, with either kind of line ends; nothing that an
// automatic answer or a person says counts, and no reason holds an address.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for file, want := range corpus(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			mail, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, ends := range []string{"\n", "\r\n"} {
				v := read(t, bytes.ReplaceAll(mail, []byte("\n"), []byte(ends))).Verdict()
				if strings.Join(strings.Fields(summary(v)), " ") != want {
					t.Errorf("%q, want %q; reason %q", summary(v), want, v.Reason)
				}
				if strings.Contains(v.Reason, "@") || strings.Contains(v.Reason, "\n") || v.Class == "" && v.Reason != "" {
					t.Errorf("reason %q", v.Reason)
				}
				if (v.Class != "") != (v.Sort == bounce.Failure || v.Sort == bounce.Complaint) {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// The letter is found again by the token in its return path, whatever is left of
// the mail's own addresses.
func TestAddresses(t *testing.T) {
	t.Parallel()
	const token = "return+am2dgq3tbmaaaaaaaabqaaaaaaaacua5hrt7wzkpqxy2o4l5e@in.lanternscreen.example"
	for file, want := range corpus(t) {
		mail, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := read(t, bytes.Replace(mail, []byte("\nTo: "+token), []byte("\nTo: feedback@lanternscreen.example"), 1))
		found := strings.Contains(strings.Join(m.Addresses(), "\n"), token)
		if isReport := strings.HasPrefix(want, string(domain.Complaint)); isReport && !found {
			t.Errorf("%s: %q", file, m.Addresses())
		}
	}
}
