package app_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// Who wants letters of text alone gets the same letter without its HTML: signed,
// and with links of their own. Their audience's form is made once for all of them.
func TestPlainLetter(t *testing.T) {
	t.Parallel()
	server, block := smtpServer(t, testkit.SMTPConfig{})
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := publish(t, "sources: {picks: {kind: markdown, path: picks}}", weekly, rosters, strings.Replace(block, "mail: {", "mail: {dkim: [{selector: m1, key_file: key.pem}], ", 1))
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), time.Time{})
	p.write(t, "members.csv", members(4), time.Time{})
	p.write(t, "picks/2026-11-20.md", handPicks, slotTime.Add(-9*time.Hour))
	i := p.open(t, slotTime)
	if _, err := i.SyncRoster(t.Context(), "members", false); err != nil {
		t.Fatal(err)
	}
	i.gather(t)
	all := must(i.Store().AllPatrons(t.Context()))(t)
	for _, who := range all[:2] {
		if err := i.Store().SetPreferences(t.Context(), who.ID, domain.Preferences{Plain: true}); err != nil {
			t.Fatal(err)
		}
	}
	e := must(i.Compile(t.Context(), "weekly", slotName))(t)
	if b := must(i.Send(t.Context(), e))(t); b.Sent != len(all) {
		t.Fatal(b)
	}
	for _, m := range server.Messages() {
		verify(t, m.Data, public)
	}
	got := letters(t, server)
	for n, who := range all {
		l := got[who.Email]
		if plain := l.HTML == ""; plain != (n < 2) {
			t.Errorf("%s: text alone is %t", who.Email, plain)
		}
		if !strings.Contains(l.Text, l.Unsubscribe) || !strings.Contains(l.Text, pickCanary) || viewOf(t, l) == "" {
			t.Errorf("%s: the text lacks something:\n%s", who.Email, l.Text)
		}
	}
}

// verify checks a letter's signature as its recipient's server does.
func verify(t *testing.T, raw []byte, key ed25519.PublicKey) {
	t.Helper()
	record := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key)
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		LookupTXT: func(string) ([]string, error) { return []string{record}, nil },
	})
	if err != nil || len(found) != 1 || found[0].Err != nil {
		t.Fatalf("signature %+v: %v\n%s", found, err, raw)
	}
}
