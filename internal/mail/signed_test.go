package mail_test

import (
	"bytes"
	"fmt"
	"maps"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"

	verify "github.com/emersion/go-msgauth/dkim"
	"pgregory.net/rapid"

	"marquee/internal/dkim"
	"marquee/internal/mail"
)

const signingDomain = "lanternscreen.example"

// signer signs with a fresh key of each algorithm; the selector says which.
type signer struct {
	*dkim.Signer
	records map[string]string // what the DNS would say
}

func newSigner(t testing.TB, algorithms ...string) signer {
	t.Helper()
	s := signer{records: map[string]string{}}
	var keys []dkim.Key
	for _, algorithm := range algorithms {
		file, err := dkim.Generate(algorithm)
		if err != nil {
			t.Fatal(err)
		}
		private, err := dkim.ParseKey(file)
		if err != nil {
			t.Fatal(err)
		}
		key := dkim.Key{Selector: algorithm, Private: private}
		name, value, err := dkim.Record(signingDomain, key)
		if err != nil {
			t.Fatal(err)
		}
		s.records[strings.TrimSuffix(name, ".")] = value
		keys = append(keys, key)
	}
	var err error
	if s.Signer, err = dkim.New(signingDomain, keys); err != nil {
		t.Fatal(err)
	}
	return s
}

// check wants every signature of data to be valid to somebody else's verifier.
func (s signer) check(t fataler, data []byte) {
	t.Helper()
	got, err := verify.VerifyWithOptions(bytes.NewReader(data), &verify.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			if s.records[name] == "" {
				return nil, fmt.Errorf("no record %s", name)
			}
			return []string{s.records[name]}, nil
		},
	})
	if err != nil || len(got) != len(s.records) {
		t.Fatalf("%d signatures, want %d: %v", len(got), len(s.records), err)
	}
	for _, v := range got {
		if v.Err != nil || v.Domain != signingDomain {
			t.Fatalf("signature of %s: %v\n%s", v.Domain, v.Err, data)
		}
	}
}

// names of patrons, in the scripts that there are.
func names() []string {
	return []string{
		"", "Ada", "Ada Lovelace", "Zoë", "Żaneta Ünlü", "Дарья Волкова", "Ελένη", "山田 太郎", "김민준", "محمد بن سلمان",
		"שרה כהן", "अनन्या", "สมชาย", "👩‍💻 Ada", "O'Brien & <Sons>", ". .", strings.Repeat("Ångström ", 20),
	}
}

// TestSignedCopies verifies copies of letters with every pattern of slots, with
// HTML and without, for patrons of many names and kinds of address.
func TestSignedCopies(t *testing.T) {
	t.Parallel()
	by := newSigner(t, dkim.RSA, dkim.Ed25519)
	piece := rapid.SampledFrom([]string{
		mail.SlotName.Mark(), mail.SlotUnsubscribe.Mark(), mail.Slot("third").Mark(), "\n", " ", "  \t", ".", "text", "é", "\n\n\n",
		"A line of some words, long enough to be broken somewhere by quoted-printable, with trailing spaces  \n",
	})
	rapid.Check(t, func(t *rapid.T) {
		body := func(name string) string { return strings.Join(rapid.SliceOfN(piece, 1, 20).Draw(t, name), "") }
		l := weekly()
		l.Text, l.HTML = body("text"), ""
		if rapid.Bool().Draw(t, "with HTML") {
			l.HTML = body("html")
		}
		form, err := mail.Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		s := stamp()
		name := rapid.SampledFrom(names()).Draw(t, "name")
		s.To = netmail.Address{Name: name, Address: rapid.SampledFrom([]string{"zoe@example.org", "zoe@bücher.example", "用户@bücher.example"}).Draw(t, "to")}
		s.Values = map[mail.Slot]string{mail.SlotName: name, mail.SlotUnsubscribe: s.Unsubscribe, "third": rapid.SampledFrom(names()).Draw(t, "third")}
		m, err := form.Stamp(s, by.Signer)
		if err != nil {
			t.Fatal(err)
		}
		by.check(t, bytes.Join(m.Content, nil))
	})
}

func TestStampIsReproducible(t *testing.T) {
	t.Parallel()
	by := newSigner(t, dkim.RSA, dkim.Ed25519)
	form := compose(t, weekly())
	loaded, err := mail.ParseForm(marshal(t, form))
	if err != nil {
		t.Fatal(err)
	}
	first, err := form.Stamp(stamp(), by.Signer)
	if err != nil {
		t.Fatal(err)
	}
	again, err := loaded.Stamp(stamp(), by.Signer)
	if err != nil {
		t.Fatal(err)
	}
	if made := fmt.Sprintf(" t=%d;", stamp().Date.Unix()); !bytes.Contains(first.Content[0], []byte(made)) {
		t.Errorf("not signed at the time of the copy: %s", first.Content[0])
	}
	if a, b := bytes.Join(first.Content, nil), bytes.Join(again.Content, nil); !bytes.Equal(a, b) || first.Size() != len(a) {
		t.Errorf("got %s\nand %s", a, b)
	}
}

// TestCopiesShareTheBody wants no byte of the body to be copied, and no value to
// have room that a careless append could fill with another's.
func TestCopiesShareTheBody(t *testing.T) {
	t.Parallel()
	form := compose(t, weekly())
	copies := make([]mail.Message, 2)
	for i := range copies {
		m, err := form.Stamp(stamp(), nil)
		if err != nil {
			t.Fatal(err)
		}
		copies[i] = m
	}
	shared := 0
	for i, piece := range copies[0].Content {
		if &piece[0] == &copies[1].Content[i][0] {
			shared += len(piece)
		} else if cap(piece) != len(piece) {
			t.Errorf("piece %d of %d bytes has room for %d", i, len(piece), cap(piece))
		}
	}
	_, body, _ := bytes.Cut(bytes.Join(copies[0].Content, nil), []byte("\r\n\r\n"))
	if own := len(body) - shared; own > 400 {
		t.Errorf("%d of %d bytes of the body are a copy's own", own, len(body))
	}
}

// TestEveryFieldIsSigned wants each field of an edition in h= (RFC 6376 §3.5),
// and those that nobody may add, once more than there are (RFC 8058 §4).
func TestEveryFieldIsSigned(t *testing.T) {
	t.Parallel()
	by := newSigner(t, dkim.Ed25519)
	m, err := compose(t, weekly()).Stamp(stamp(), by.Signer)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(bytes.Join(m.Content, nil)))
	if err != nil {
		t.Fatal(err)
	}
	_, tail, _ := strings.Cut(strings.ReplaceAll(msg.Header.Get("DKIM-Signature"), " ", ""), ";h=")
	list, _, _ := strings.Cut(tail, ";")
	signed := map[string]int{}
	for name := range strings.SplitSeq(strings.ToLower(list), ":") {
		signed[name]++
	}
	delete(msg.Header, "Dkim-Signature")
	if len(msg.Header) < 14 {
		t.Errorf("only the fields %v", slices.Collect(maps.Keys(msg.Header)))
	}
	for name, values := range msg.Header {
		if len(values) != 1 || signed[strings.ToLower(name)] == 0 {
			t.Errorf("%s: there are %d, signed are %d", name, len(values), signed[strings.ToLower(name)])
		}
	}
	for _, name := range []string{"from", "to", "reply-to", "subject", "date", "list-unsubscribe", "list-unsubscribe-post"} {
		if signed[name] != 2 {
			t.Errorf("%s is signed %d times, want one more than there is", name, signed[name])
		}
	}
}
