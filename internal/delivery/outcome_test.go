package delivery

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

func answered(o mail.Outcome, code int, enhanced string) error {
	return fmt.Errorf("wrapped: %w", &mail.SendError{Outcome: o, Code: code, Enhanced: enhanced, Err: errors.New("said")})
}

func refusedAt(command string, code int, enhanced string) error {
	return &mail.SendError{Outcome: mail.Rejected, Command: command, Code: code, Enhanced: enhanced, Err: errors.New("said")}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err   error
		lost  bool
		state domain.DeliveryState
		class string
	}{
		"accepted":                     {nil, false, domain.Sent, ""},
		"accepted, second copy":        {nil, true, domain.Sent, ""},
		"lost":                         {answered(mail.Unknown, 0, ""), false, domain.InDoubt, ClassUnknown},
		"lost again":                   {answered(mail.Unknown, 0, ""), true, domain.Failed, ClassUnknown},
		"4xx":                          {answered(mail.Deferred, 451, ""), false, domain.Deferred, ClassServer},
		"4xx, second copy":             {answered(mail.Deferred, 451, ""), true, domain.Deferred, ClassServer},
		"greylisting":                  {answered(mail.Deferred, 450, "4.7.1"), false, domain.Deferred, ClassServer},
		"network":                      {answered(mail.Deferred, 0, ""), false, domain.Deferred, ClassNetwork},
		"unknown error":                {errors.New("what"), false, domain.Deferred, ClassNetwork},
		"no such mailbox":              {answered(mail.Rejected, 550, "5.1.1"), false, domain.Failed, ClassAddress},
		"no such domain":               {answered(mail.Rejected, 550, "5.1.2"), false, domain.Failed, ClassAddress},
		"bad syntax of address":        {answered(mail.Rejected, 553, "5.1.3"), false, domain.Failed, ClassAddress},
		"mailbox moved":                {answered(mail.Rejected, 551, "5.1.6"), false, domain.Failed, ClassAddress},
		"null MX":                      {answered(mail.Rejected, 556, "5.1.10"), false, domain.Failed, ClassAddress},
		"mailbox closed":               {answered(mail.Rejected, 550, "5.2.1"), false, domain.Failed, ClassAddress},
		"recipient, unasked":           {answered(mail.Rejected, 0, "5.1.3"), false, domain.Failed, ClassAddress},
		"the sender, without a status": {refusedAt("MAIL", 550, ""), false, domain.Deferred, ClassPolicy},
		"the connection":               {refusedAt("connect", 554, ""), false, domain.Deferred, ClassPolicy},
		"the login":                    {refusedAt("AUTH", 535, "5.7.8"), false, domain.Deferred, ClassPolicy},
		"the person, without a status": {refusedAt("RCPT", 550, ""), false, domain.Failed, ClassRefused},
		"the letter, without a status": {refusedAt("dot", 554, ""), false, domain.Failed, ClassRefused},
		"the letter's content":         {refusedAt("dot", 554, "5.6.0"), false, domain.Deferred, ClassPolicy},
		"the letter's size":            {refusedAt("MAIL", 552, "5.3.4"), false, domain.Deferred, ClassPolicy},
		"an address beyond ASCII":      {refusedAt("", 0, "5.6.7"), false, domain.Failed, ClassAddress},
		"some address":                 {answered(mail.Rejected, 550, "5.1.0"), false, domain.Failed, ClassRefused},
		"mailbox full":                 {answered(mail.Rejected, 552, "5.2.2"), false, domain.Failed, ClassRefused},
		"letter too large":             {answered(mail.Rejected, 552, "5.3.4"), false, domain.Deferred, ClassPolicy},
		"550 alone":                    {answered(mail.Rejected, 550, ""), false, domain.Failed, ClassRefused},
		"554 alone":                    {answered(mail.Rejected, 554, ""), false, domain.Failed, ClassRefused},
		"not allowed to send":          {answered(mail.Rejected, 550, "5.7.1"), false, domain.Deferred, ClassPolicy},
		"reputation":                   {answered(mail.Rejected, 550, "5.7.606"), false, domain.Deferred, ClassPolicy},
		"our address":                  {answered(mail.Rejected, 553, "5.1.7"), false, domain.Deferred, ClassPolicy},
		"our domain":                   {answered(mail.Rejected, 550, "5.1.8"), false, domain.Deferred, ClassPolicy},
		"our syntax":                   {answered(mail.Rejected, 501, "5.5.4"), false, domain.Deferred, ClassPolicy},
		"our syntax, bare":             {answered(mail.Rejected, 501, ""), false, domain.Deferred, ClassPolicy},
		"no login, bare":               {answered(mail.Rejected, 530, ""), false, domain.Deferred, ClassPolicy},
		"parameters, bare":             {answered(mail.Rejected, 555, ""), false, domain.Deferred, ClassPolicy},
		"nobody asked":                 {answered(mail.Rejected, 0, ""), false, domain.Deferred, ClassPolicy},
		"status without a class":       {answered(mail.Rejected, 550, "5"), false, domain.Failed, ClassRefused},
	} {
		now := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
		c := Claim{Patron: 7, Doubtful: true, Lost: tt.lost}
		o := judge(c, tt.err, now, now.Add(lifetime))
		if o.Patron != 7 || o.State != tt.state || o.Class != tt.class || (o.Reason == "") != (tt.err == nil) {
			t.Errorf("%s: %+v, want %s for %q", name, o, tt.state, tt.class)
		}
		later := o.State == domain.Deferred || o.State == domain.InDoubt
		if later != o.NextAt.After(now) || !later && !o.NextAt.IsZero() {
			t.Errorf("%s: %s, next at %v", name, o.State, o.NextAt)
		}
	}
}

// Exactly what a server says of the person for good is noted against the address.
func TestJudgeAddress(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		late bool // the edition's life is over
		want domain.BounceClass
	}{
		"accepted":             {nil, false, ""},
		"no such mailbox":      {refusedAt("RCPT", 550, "5.1.1"), false, domain.BounceDead},
		"null MX":              {refusedAt("RCPT", 556, "5.1.10"), false, domain.BounceDead},
		"full":                 {refusedAt("RCPT", 552, "5.2.2"), false, domain.BounceFull},
		"for whatever reason":  {refusedAt("RCPT", 550, ""), false, domain.BounceUnknown},
		"cannot be written to": {refusedAt("", 0, "5.6.7"), false, ""},
		"nor by the server":    {refusedAt("RCPT", 553, "5.6.7"), false, ""},
		"nobody was asked":     {answered(mail.Rejected, 0, "5.1.3"), false, ""},
		"policy":               {refusedAt("RCPT", 550, "5.7.1"), false, ""},
		"policy, to the end":   {refusedAt("RCPT", 550, "5.7.1"), true, ""},
		"later":                {answered(mail.Deferred, 451, "4.3.0"), false, ""},
		"too late":             {answered(mail.Deferred, 451, "4.3.0"), true, domain.BounceTemporary},
		"full to the end":      {answered(mail.Deferred, 452, "4.2.2"), true, domain.BounceFull},
		"no answer to the end": {answered(mail.Deferred, 0, ""), true, ""},
		"lost":                 {answered(mail.Unknown, 0, ""), true, ""},
	} {
		now := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
		end := now.Add(lifetime)
		if tt.late {
			end = now
		}
		if o := judge(Claim{Patron: 7}, tt.err, now, end); o.Bounce != tt.want {
			t.Errorf("%s: %+v, want %q", name, o, tt.want)
		}
	}
}

// Many servers give no status that says whose fault it is, and do say so.
func TestJudgeWords(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"no such user here":        ClassAddress,
		"message rejected as spam": ClassPolicy,
		"mailbox full":             ClassRefused,
		"go away":                  ClassRefused,
		"user unknown, and your IP is listed by a blocklist": ClassPolicy,
	} {
		for _, status := range []string{"", "5.0.0", "5.1.0"} {
			err := &mail.SendError{Outcome: mail.Rejected, Command: "RCPT", Code: 550, Enhanced: status, Err: errors.New(words)}
			if got := classOf(err); got != want {
				t.Errorf("550 %s %s: %q, want %q", status, words, got, want)
			}
		}
	}
}

func TestPostpone(t *testing.T) {
	t.Parallel()
	started := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		attempts int
		age      time.Duration
		least    time.Duration // 0 is the end
	}{
		{0, 0, 5 * time.Minute},
		{1, 5 * time.Minute, 15 * time.Minute},
		{2, time.Hour, 30 * time.Minute},
		{3, time.Hour, time.Hour},
		{6, time.Hour, 8 * time.Hour},
		{7, time.Hour, 8 * time.Hour},
		{1000, time.Hour, 8 * time.Hour},
		{6, 61 * time.Hour, 8 * time.Hour},
		{6, 64*time.Hour + time.Second, 0},
		{0, 71 * time.Hour, 5 * time.Minute},
		{0, 72 * time.Hour, 0},
		{0, 1000 * time.Hour, 0},
	} {
		waits := map[time.Duration]bool{}
		for range 50 {
			now := started.Add(tt.age)
			o := postpone(Outcome{Class: ClassServer}, now.Add(pause(tt.attempts)), started.Add(lifetime))
			if tt.least == 0 {
				if o.State != domain.Failed || o.Class != ClassExpired || !o.NextAt.IsZero() {
					t.Errorf("%+v: %+v, want it expired", tt, o)
				}
				continue
			}
			wait := o.NextAt.Sub(now)
			waits[wait] = true
			if o.State != domain.Deferred || o.Class != ClassServer || wait < tt.least || wait >= tt.least*5/4 {
				t.Errorf("%+v: %+v in %v", tt, o, wait)
			}
		}
		if tt.least > 0 && len(waits) < 10 {
			t.Errorf("%+v: %d different waits of 50: all would come back at once", tt, len(waits))
		}
	}
}

func TestReason(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                       "",
		"no":                     "no",
		"caf\xe9":                "caf",
		strings.Repeat("é", 300): strings.Repeat("é", 300),
		strings.Repeat("é", 301): strings.Repeat("é", 300) + "…",
	} {
		if got := reason(errors.New(in)); got != want || !utf8.ValidString(got) {
			t.Errorf("reason(%q) = %q, want %q", in, got, want)
		}
	}
}
