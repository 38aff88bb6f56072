package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"

	verify "github.com/emersion/go-msgauth/dkim"

	"marquee/internal/domain"
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
	return append(append(Report{d.headers(message)}, d.signatures(ctx, message)...), score(Judge(ctx, message))...)
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

// suspicious is a score above which a letter has something that filters dislike.
const suspicious = 2.0

// score is what the spam filter of this machine says, if there is one.
func score(v Verdict, err error) Report {
	f := Finding{Exam: "spam", Of: v.By, Level: OK, Why: "Receivers use filters like this one."}
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return nil
	case err != nil:
		f.Level, f.Says = Unknown, "gave no score: "+err.Error()
		return Report{f}
	}
	f.Says = fmt.Sprintf("gives the next edition %.1f points", v.Points)
	if v.Points > suspicious {
		f.Level, f.Do = Warning, "See which words or parts it dislikes: marquee digest preview NAME --spam, or the preview on your desk"
	}
	return Report{f}
}
