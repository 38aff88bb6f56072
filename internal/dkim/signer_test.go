package dkim_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

// The letter is short, so that the field can be read; its signature is Ed25519's
// and can be no other.
func TestSignBytes(t *testing.T) {
	t.Parallel()
	l := letter{
		header: "Received: by a\r\nFrom: a@football.example.com\r\nTo: b@example.net\r\nto: c@example.net\r\nX-Other: x\r\nMessage-ID: <1@a>\r\n",
		pieces: []string{"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"},
	}
	want := "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n" +
		" d=football.example.com; s=brisbane; t=1528637909;\r\n" +
		" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; h=From:From:To:To:To:Cc:\r\n" +
		" Reply-To:Subject:Date:List-Unsubscribe:List-Unsubscribe-Post:Message-ID;\r\n" +
		" b="
	got, _, _ := strings.Cut(string(l.signed(t, ed25519Key(t))), l.header)
	tags, signature, _ := strings.Cut(got, want)
	if tags != "" || !regexp.MustCompile(`^[\w+/]{75}\r\n [\w+/]{11}==\r\n$`).MatchString(signature) {
		t.Errorf("signature is\n%s\nwant\n%s", got, want)
	}
}

// The two ways to say what is signed must agree for a field whose h= passes one
// line: canonical fields are hashed and not looked at again.
func TestSignatureCoversWhatIsEmitted(t *testing.T) {
	t.Parallel()
	l := letter{header: "From: a@football.example.com\r\nSubject: x\r\n"}
	key := ed25519Key(t)
	got, _, _ := strings.Cut(string(l.signed(t, key)), l.header)
	value, signature, _ := strings.Cut(got, " b=")
	text := "from:a@football.example.com\r\nsubject:x\r\n" +
		strings.Replace(strings.ReplaceAll(value, "\r\n", ""), "DKIM-Signature:", "dkim-signature:", 1) + " b="
	text = strings.Replace(text, "dkim-signature: ", "dkim-signature:", 1)
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(signature), ""))
	if err != nil {
		t.Fatal(err)
	}
	if public, ok := key.Private.Public().(ed25519.PublicKey); !ok || !ed25519.Verify(public, sum(text), raw) {
		t.Errorf("the signature is not of\n%s", text)
	}
}

func TestLinesAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("label-of-some-length.", 2) + "example.com"
	for _, domain := range []string{"a.example", long} {
		for n := range 40 {
			key := ed25519Key(t)
			key.Selector = strings.Repeat("s", n+1)
			other := rsaKey(t)
			fields := sign(t, domain, []dkim.Key{key, other}, header)
			for line := range strings.SplitAfterSeq(fields, "\r\n") {
				if len(line) > 80 || strings.TrimSpace(line) == "" && line != "" || strings.Contains(strings.TrimSuffix(line, "\r\n"), "\n") {
					t.Errorf("%s, selector of %d: line of %d: %q", domain, n+1, len(line)-2, line)
				}
			}
			if h := strings.Count(fields, "DKIM-Signature: v=1;"); h != 2 || !strings.HasSuffix(fields, "\r\n") {
				t.Errorf("%d fields:\n%s", h, fields)
			}
		}
	}
}

func sign(t *testing.T, domain string, keys []dkim.Key, header string) string {
	t.Helper()
	signer, err := dkim.New(domain, keys)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := signer.Sign([]byte(header), [32]byte{}, at)
	if err != nil {
		t.Fatal(err)
	}
	return string(fields)
}

func TestSignedNames(t *testing.T) {
	t.Parallel()
	names := []string{
		"Received", "Return-Path", "DKIM-Signature", "From", "To", "Cc", "Reply-To", "Subject", "Date", "List-Unsubscribe",
		"List-Unsubscribe-Post", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Language",
		"List-ID", "Feedback-ID", "In-Reply-To", "References", "Auto-Submitted", "Precedence", "X-Mailer",
	}
	want := "From:From:To:To:Cc:Cc:Reply-To:Reply-To:Subject:Subject:Date:Date:List-Unsubscribe:List-Unsubscribe:" +
		"List-Unsubscribe-Post:List-Unsubscribe-Post:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:" +
		"Content-Language:List-ID:Feedback-ID:In-Reply-To:References:Auto-Submitted:Precedence"
	fields := sign(t, sdid, []dkim.Key{ed25519Key(t)}, strings.Join(names, ": x\r\n")+": x\r\n")
	_, list, _ := strings.Cut(strings.ReplaceAll(fields, "\r\n ", ""), "h=From")
	list, _, _ = strings.Cut("From"+list, ";")
	if list != want {
		t.Errorf("h= is\n%s\nwant\n%s", list, want)
	}
}

func TestSignIsRepeatable(t *testing.T) {
	t.Parallel()
	keys := []dkim.Key{rsaKey(t), ed25519Key(t)}
	first := sign(t, sdid, keys, header)
	if again := sign(t, "Football.EXAMPLE.com", keys, header+"\r\n"); again != first {
		t.Errorf("signed again:\n%s\nfirst:\n%s", again, first)
	}
	if strings.Contains(first, "l=") || strings.Contains(first, "x=") {
		t.Errorf("a length or an end:\n%s", first)
	}
	if fields := sign(t, "Filmklub.Kožená.example", keys, header); !strings.Contains(fields, " d=filmklub.xn--koen-8na35g.example;") {
		t.Errorf("no A-labels:\n%s", fields)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	signer, err := dkim.New(sdid, []dkim.Key{rsaKey(t), ed25519Key(t)})
	if err != nil {
		t.Fatal(err)
	}
	l := plain()
	body := dkim.NewBody(split(l.pieces))
	want, err := signer.Sign([]byte(header), body.Hash(split(l.values)), at)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				body.Hash([][]byte{[]byte("another"), nil})
				got, err := signer.Sign([]byte(header), body.Hash(split(l.values)), at)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("signed beside others: %v\n%s", err, got)
				}
			}
		})
	}
	wg.Wait()
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	signer, err := dkim.New(sdid, []dkim.Key{ed25519Key(t)})
	if err != nil {
		t.Fatal(err)
	}
	const from = "From: a@football.example.com\r\n"
	cases := map[string]struct {
		header, want string
		at           time.Time
	}{
		"no From":             {"To: a@b\r\n", "no From", at},
		"nothing":             {"", "no From", at},
		"From in the body":    {"To: a@b\r\n\r\n" + from, "no From", at},
		"no time":             {from, "no time", time.Time{}},
		"no name":             {from + "without a colon\r\n", "field 2 has no name", at},
		"empty name":          {from + ": x\r\n", "field 2 has no name", at},
		"blank in a name":     {"From : a@b\r\n", "field 1 has no name", at},
		"continuation first":  {" x\r\n" + from, "field 1 has no name", at},
		"bare LF":             {"From: a@b\nTo: c@d\r\n", "field 1 does not", at},
		"bare CR":             {from + "To: a\rb\r\n", "field 2 does not", at},
		"bare LF in a fold":   {from + "To: a\r\n b\n c\r\n", "field 2 does not", at},
		"no end":              {from + "To: a", "field 2 does not", at},
		"ends with CR":        {"From: a\r", "field 1 does not", at},
		"ends within a field": {from + "To: a\r\n b", "field 2 does not", at},
	}
	for name, c := range cases {
		fields, err := signer.Sign([]byte(c.header), [32]byte{}, c.at)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(fmt.Sprint(err), c.want) || fields != nil {
			t.Errorf("%s: Sign = %q, %v; want ErrInvalid with %q", name, fields, err, c.want)
		}
	}
}

// unplugged is a key in a device that is gone.
type unplugged struct{ crypto.Signer }

var errUnplugged = errors.New("no device")

func (unplugged) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, errUnplugged }

func TestSignSaysWhichKeyFails(t *testing.T) {
	t.Parallel()
	good := rsaKey(t)
	signer, err := dkim.New(sdid, []dkim.Key{good, {Selector: "brisbane", Private: unplugged{ed25519Key(t).Private}}})
	if err != nil {
		t.Fatal(err)
	}
	fields, err := signer.Sign([]byte(header), [32]byte{}, at)
	if !errors.Is(err, errUnplugged) || !strings.Contains(err.Error(), "key brisbane") || fields != nil {
		t.Errorf("Sign = %q, %v", fields, err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := ed25519Key(t)
	huge := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 8191), E: 65537}}
	named := func(selector string) []dkim.Key { return []dkim.Key{{Selector: selector, Private: good.Private}} }
	cases := map[string]struct {
		domain string
		keys   []dkim.Key
		want   string
	}{
		"no key":               {sdid, nil, "no key for football.example.com"},
		"no private key":       {sdid, []dkim.Key{{Selector: "a"}}, `key "a"`},
		"weak key":             {sdid, []dkim.Key{{Selector: "a", Private: weakKey(t, 1024)}}, "RSA of 1024 bits, want 2048 to 4096"},
		"huge key":             {sdid, []dkim.Key{{Selector: "a", Private: huge}}, "RSA of 8192 bits, want 2048 to 4096"},
		"no domain":            {"", named("a"), `"" is not a domain`},
		"one label":            {"localhost", named("a"), `"localhost" is not a domain`},
		"dot at the end":       {"example.com.", named("a"), "not a domain"},
		"two dots":             {"example..com", named("a"), "not a domain"},
		"address":              {"a@example.com", named("a"), "not a domain"},
		"injection":            {"example.com; x=1", named("a"), "not a domain"},
		"hyphen first":         {"-example.com", named("a"), "not a domain"},
		"long label":           {strings.Repeat("a", 64) + ".com", named("a"), "not a domain"},
		"no selector":          {sdid, named(""), "selector"},
		"selector with blanks": {sdid, named("a b"), "selector"},
		"selector injects":     {sdid, named("a;x=1"), "selector"},
		"selector folds":       {sdid, named("a\r\n"), "selector"},
		"selector underscored": {sdid, named("a_b"), "selector"},
		"selector hyphen":      {sdid, named("a-"), "selector"},
		"selector dot":         {sdid, named("a."), "selector"},
		"selector not ASCII":   {sdid, named("č"), "selector"},
		"long selector":        {sdid, named(strings.Repeat("a", 64)), "selector"},
		"long name":            {sdid, named(strings.Repeat("abcdefgh.", 25) + "a"), "longer than a name"},
		"selector twice":       {sdid, []dkim.Key{good, {Selector: "BRISBANE", Private: rsaKey(t).Private}}, "two keys with the selector BRISBANE"},
	}
	for name, c := range cases {
		signer, err := dkim.New(c.domain, c.keys)
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(fmt.Sprint(err), c.want) || signer != nil {
			t.Errorf("%s: New = %v, %v; want ErrInvalid with %q", name, signer, err, c.want)
		}
	}
	for _, selector := range []string{"a", "A1", "2026.key-1.mail", "1"} {
		if _, err := dkim.New(sdid, named(selector)); err != nil {
			t.Errorf("selector %q: %v", selector, err)
		}
	}
}

func TestPrivateKeyIsNeverShown(t *testing.T) {
	t.Parallel()
	key := ed25519Key(t)
	signer, err := dkim.New(sdid, []dkim.Key{key})
	if err != nil {
		t.Fatal(err)
	}
	private, ok := key.Private.(ed25519.PrivateKey)
	if !ok {
		t.Fatal("not the key of the example")
	}
	seed := private.Seed()
	var shown strings.Builder
	log := slog.New(slog.NewJSONHandler(&shown, nil))
	for _, v := range []any{key, &key, []dkim.Key{key}, struct{ Key dkim.Key }{key}, signer, *signer} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			fmt.Fprintf(&shown, verb, v)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		shown.Write(text)
		log.Info("key", "key", v)
		slog.New(slog.NewTextHandler(&shown, nil)).Info("key", "key", v)
	}
	for _, secret := range []string{
		string(seed), fmt.Sprintf("%x", seed), fmt.Sprintf("%X", seed), strings.Trim(fmt.Sprintf("%d", seed), "[]"),
		strings.TrimPrefix(fmt.Sprintf("%#v", seed), "[]byte"), base64.StdEncoding.EncodeToString(seed)[:40],
	} {
		if strings.Contains(shown.String(), secret) {
			t.Errorf("shows %q", secret)
		}
	}
	if !strings.Contains(shown.String(), "key brisbane") {
		t.Error("a key does not say its selector")
	}
}
