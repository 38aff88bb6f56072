package press_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"marquee/internal/press"
)

const (
	slot  = "SLOT-SLOT-SLOT-SLOT-SL"
	token = "0123456789_abcdefghi-A"
)

// cut cuts a document.
func cut(t *testing.T, body []byte) *press.Cut {
	t.Helper()
	p, err := press.New()
	if err != nil {
		t.Fatal(err)
	}
	printed, err := p.Print(body, "text/plain", time.Time{}, slot)
	if err != nil {
		t.Fatal(err)
	}
	return printed.Cut
}

// unpack is what a stranger's program makes of a copy.
func unpack(t *testing.T, coding string, pieces [][]byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(bytes.Join(pieces, nil))
	switch coding {
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false) // HTTP clients stop at the first member's end
		r = z
	case "zstd":
		z, err := zstd.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		r = z
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(text)
}

// noise is text that compresses badly.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(' ' + r.IntN(90))
	}
	return string(b)
}

func TestCopies(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"once":         "<feed href='/f/" + slot + "/a.rss'>" + strings.Repeat("<p>film</p>", 20000),
		"twice":        noise(5000) + slot + noise(300) + slot + noise(200_000),
		"at the edges": slot + noise(2000) + slot,
		"side by side": noise(1500) + slot + slot + noise(10),
		"never":        noise(4000),
		"small":        "a" + slot + "b",
		"empty":        "",
	} {
		cut := cut(t, []byte(body))
		tags := map[string]bool{}
		for _, coding := range []string{"", "gzip", "zstd"} {
			if coding != "" && !cut.Compressed() {
				if len(body) >= 1024 {
					t.Errorf("%s: not to be had as %s", name, coding)
				}
				continue
			}
			pieces, etag := cut.Stamp(coding, token)
			if got, want := unpack(t, coding, pieces), strings.ReplaceAll(body, slot, token); got != want {
				t.Errorf("%s as %q: another text, %d bytes instead of %d", name, coding, len(got), len(want))
			}
			tags[etag] = true
		}
		if len(tags) != 3 && len(body) >= 1024 {
			t.Errorf("%s: tags %v", name, tags)
		}
	}
}

// FuzzCopy holds that a copy in any coding is the document with the token in
// every slot.
func FuzzCopy(f *testing.F) {
	f.Add([]byte(slot+strings.Repeat("x", 1024)), 7)
	f.Add([]byte("a"+slot+slot), 3)
	f.Fuzz(func(t *testing.T, body []byte, repeat int) {
		body = bytes.Repeat(body, 1+max(0, repeat)%50)
		cut := cut(t, body)
		want := strings.ReplaceAll(string(body), slot, token)
		for _, coding := range []string{"", "gzip", "zstd"} {
			if coding != "" && !cut.Compressed() {
				continue
			}
			if pieces, _ := cut.Stamp(coding, token); unpack(t, coding, pieces) != want {
				t.Errorf("as %q it is another text", coding)
			}
		}
	})
}
