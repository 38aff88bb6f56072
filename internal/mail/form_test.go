package mail_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/mail"
)

func marshal(t testing.TB, f *mail.Form) []byte {
	t.Helper()
	data, err := f.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestStoredFormStampsTheSame(t *testing.T) {
	t.Parallel()
	form := compose(t, weekly())
	stored := marshal(t, form)
	loaded, err := mail.ParseForm(stored)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(stamped(t, form, stamp())), string(stamped(t, loaded, stamp()))); diff != "" {
		t.Errorf("(-fresh +stored):\n%s", diff)
	}
	if loaded.Size() != form.Size() || len(stored) > form.Size()+100 {
		t.Errorf("size %d, was %d, stored in %d", loaded.Size(), form.Size(), len(stored))
	}
	if diff := cmp.Diff([]mail.Slot{mail.SlotName, mail.SlotUnsubscribe}, loaded.Slots()); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
	clear(stored)
	if !bytes.Equal(stamped(t, form, stamp()), stamped(t, loaded, stamp())) {
		t.Error("the form shares the bytes it was parsed from")
	}
}

func TestParseFormRefuses(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"nothing":              "",
		"version 1":            "\x01\x00A: b\r\n\r\ntext\r\n",
		"header past the end":  "\x02\x7f\x00A: b\r\ntext\r\n",
		"header without end":   "\x02\x04\x00A: btext\r\n",
		"no header":            "\x02\x00\x00text\r\n",
		"cut past the end":     "\x02\x06\x01\x0f\x00\x01aA: b\r\n\r\n\r\n",
		"missing cuts":         "\x02\x06\x7fA: b\r\ntext\r\n",
		"unknown part":         "\x02\x06\x01\x02\x07\x01aA: b\r\n\r\n\r\n",
		"slot without name":    "\x02\x06\x01\x02\x00\x00A: b\r\n\r\n\r\n",
		"endless number":       "\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		"dot at a start":       "\x02\x06\x00A: b\r\n.text\r\n",
		"dot in the middle":    "\x02\x06\x00A: b\r\ntext\r\n.\r\n",
		"dot in the header":    "\x02\x09\x00A: b\r\n.\r\ntext\r\n",
		"no last line end":     "\x02\x06\x00A: b\r\ntext",
		"no line before value": "\x02\x06\x01\x01\x00\x01aA: b\r\nx\r\n",
		"no break after value": "\x02\x06\x01\x02\x00\x01aA: b\r\n\r\nx\r\n",
	} {
		if _, err := mail.ParseForm([]byte(data)); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// FuzzParseForm wants that damage is refused or harmless: what parses can be
// stamped and stored again as it was.
func FuzzParseForm(f *testing.F) {
	f.Add(marshal(f, compose(f, weekly())))
	f.Add([]byte("\x02\x06\x00A: b\r\ntext\r\n"))
	f.Add([]byte("\x02\x06\x02\x03\x00\x01a\x05\x01\x04nameA: b\r\n=\r\n\r\n=\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		form, err := mail.ParseForm(data)
		if err != nil {
			return
		}
		s := stamp()
		for _, slot := range form.Slots() {
			s.Values[slot] = "value"
		}
		first := stamped(t, form, s)
		if bytes.Contains(first, []byte("\n.")) || !bytes.HasSuffix(first, []byte("\r\n")) {
			t.Errorf("%q", first)
		}
		again, err := mail.ParseForm(marshal(t, form))
		if err != nil || !bytes.Equal(first, stamped(t, again, s)) {
			t.Errorf("changed on the way: %v", err)
		}
	})
}
