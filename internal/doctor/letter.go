package doctor

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	verify "github.com/emersion/go-msgauth/dkim"
)

// letter examines a letter as a patron would get it: its headers, its signatures
// against the DNS, and what a spam filter says of it if one is installed.
func (d *Doctor) letter(ctx context.Context) Report {
	if d.Letter == nil {
		return nil
	}
	message, err := d.Letter(ctx)
	if err != nil {
		return Report{{Exam: "letter", Of: "the next edition", Level: Unknown, Says: "cannot be examined: " + err.Error()}}
	}
	return append(append(Report{d.headers(message)}, d.signatures(ctx, message)...), d.score(ctx, message)...)
}

// headers examines what providers want in the head of a letter to many.
func (d *Doctor) headers(message []byte) Finding {
	f := Finding{
		Exam: "letter", Of: "the next edition", Level: OK, Says: "has all headers that providers ask for",
		Why: "Letters to many without them are refused or filed as spam (RFC 5322, 2919, 2369 and 8058).",
	}
	read, err := netmail.ReadMessage(bytes.NewReader(message))
	if err != nil {
		f.Level, f.Says = Fault, "is no letter: "+err.Error()
		return f
	}
	var missing []string
	for _, name := range []string{"From", "To", "Date", "Subject", "Message-Id", "Mime-Version", "List-Id", "List-Unsubscribe"} {
		if len(read.Header[name]) != 1 {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) > 0:
		f.Level, f.Says = Fault, "lacks, or has twice: "+strings.Join(missing, ", ")
	case !strings.Contains(read.Header.Get("List-Unsubscribe"), "<https://"):
		f.Level, f.Says, f.Do = Warning, "offers no unsubscription over https", "Set server.url to the https address that the world sees."
	case len(read.Header["List-Unsubscribe-Post"]) != 1:
		f.Level, f.Says = Fault, "offers no unsubscription by one click (List-Unsubscribe-Post)"
	}
	return f
}

// signatures verifies a letter's, as receivers do.
func (d *Doctor) signatures(ctx context.Context, message []byte) Report {
	results, err := verify.VerifyWithOptions(bytes.NewReader(message), &verify.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) { return d.Resolver.LookupTXT(ctx, name) },
	})
	if err != nil {
		return Report{{Exam: "letter", Of: "its signatures", Level: Unknown, Says: "cannot be verified: " + reason(err), Why: whyDKIM}}
	}
	var r Report
	for _, v := range results {
		f := Finding{Exam: "letter", Of: "its signature as " + v.Domain, Level: OK, Says: "verifies", Why: whyDKIM}
		switch {
		case v.Err == nil:
		case verify.IsTempFail(v.Err):
			f.Level, f.Says = Unknown, "cannot be verified: "+v.Err.Error()
		default:
			f.Level, f.Says, f.Do = Fault, "fails: "+v.Err.Error(), "See what is said of dkim."
		}
		r = append(r, f)
	}
	return r
}

// filter is a spam filter's command, and where its output says the score.
type filter struct {
	name  string
	args  []string
	score *regexp.Regexp
}

func filters() []filter {
	return []filter{
		{"spamassassin", []string{"-t", "-L"}, regexp.MustCompile(`(?m)^X-Spam-Status: .*score=(-?[\d.]+)`)},
		{"rspamc", []string{"symbols"}, regexp.MustCompile(`(?m)^Score: (-?[\d.]+)`)},
	}
}

// suspicious is a score above which a letter has something that filters dislike.
const suspicious = 2.0

// score asks the first filter that is installed.
func (d *Doctor) score(ctx context.Context, message []byte) Report {
	for _, by := range filters() {
		path, err := exec.LookPath(by.name)
		if err != nil {
			continue
		}
		return Report{by.judge(ctx, path, message)}
	}
	return nil
}

func (by filter) judge(ctx context.Context, path string, message []byte) Finding {
	f := Finding{Exam: "spam", Of: by.name, Level: OK, Why: "Receivers use filters like this one."}
	cmd := exec.CommandContext(ctx, path, by.args...) //nolint:gosec // one of filters, where the system has it
	cmd.Stdin = bytes.NewReader(message)
	said, err := cmd.Output()
	found := by.score.FindSubmatch(said)
	if found == nil {
		f.Level, f.Says = Unknown, fmt.Sprintf("gave no score: %v", err)
		return f
	}
	points, _ := strconv.ParseFloat(string(found[1]), 64) // the expression admits nothing else that matters
	f.Says = fmt.Sprintf("gives the next edition %.1f points", points)
	if points > suspicious {
		f.Level, f.Do = Warning, "Run the filter on a letter to see which words or parts it dislikes: marquee digest preview --out DIR"
	}
	return f
}
