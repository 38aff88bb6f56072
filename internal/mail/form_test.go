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
		"nothing":           "",
		"another version":   "\x02\x00text",
		"cut past the end":  "\x01\x01\x05\x00\x01atext",
		"missing cuts":      "\x01\x7f",
		"unknown part":      "\x01\x01\x00\x07\x01atext",
		"slot without name": "\x01\x01\x00\x00\x00text",
		"endless number":    "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
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
	f.Add([]byte("\x01\x00text"))
	f.Add([]byte("\x01\x02\x00\x00\x01a\x01\x01\x04nametext"))
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
		again, err := mail.ParseForm(marshal(t, form))
		if err != nil || !bytes.Equal(first, stamped(t, again, s)) {
			t.Errorf("changed on the way: %v", err)
		}
	})
}
