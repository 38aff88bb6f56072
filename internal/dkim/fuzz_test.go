package dkim_test

import (
	"bytes"
	"strings"
	"testing"

	"marquee/internal/dkim"
)

// FuzzBody divides a body at the octets that cuts count off, every other stretch
// being a value.
func FuzzBody(f *testing.F) {
	f.Add("Dear\r\nJoe\r\n,  bye \r\n\r\n", []byte{6, 3})
	f.Add(" \t\r\n x", []byte{1, 1, 1, 1})
	f.Add("", []byte{0, 0})
	f.Fuzz(func(t *testing.T, body string, cuts []byte) {
		var stretches []string
		for _, cut := range cuts {
			n := min(int(cut), len(body))
			stretches = append(stretches, body[:n])
			body = body[n:]
		}
		if stretches = append(stretches, body); len(stretches)%2 == 0 {
			stretches = append(stretches, "")
		}
		var pieces, values []string
		for i, stretch := range stretches {
			if i%2 == 0 {
				pieces = append(pieces, stretch)
			} else {
				values = append(values, stretch)
			}
		}
		if wholeLineEnds(pieces, values) {
			checkSplit(t, pieces, values)
		}
	})
}

// FuzzSign looks for headers that break out of a signature, or that make one of
// something else than what is there.
func FuzzSign(f *testing.F) {
	f.Add(header)
	f.Add("From:\r\nFROM: x\r\n y\r\n\r\nTo: z")
	f.Add("From: a\r\n\t\r\nSubject:\r\n")
	signer, err := dkim.New(sdid, []dkim.Key{ed25519Key(f)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		fields, err := signer.Sign([]byte(header), [32]byte{}, at)
		if err != nil {
			return
		}
		for line := range bytes.SplitAfterSeq(fields, []byte("\r\n")) {
			if len(line) > 80 {
				t.Errorf("line of %d octets", len(line)-2)
			}
		}
		if again, err := signer.Sign([]byte(strings.ReplaceAll(header, "\t", "  ")), [32]byte{}, at); err != nil || !bytes.Equal(again, fields) {
			t.Errorf("tabs are told from spaces: %v", err)
		}
	})
}

// FuzzParseKey looks for keys that can be read but not used.
func FuzzParseKey(f *testing.F) {
	for _, algorithm := range []string{dkim.RSA, dkim.Ed25519} {
		pem, err := dkim.Generate(algorithm)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(pem)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		private, err := dkim.ParseKey(file)
		if err != nil {
			return
		}
		if _, _, err := dkim.Record(sdid, dkim.Key{Selector: "a", Private: private}); err != nil {
			t.Errorf("a key that cannot be published: %v", err)
		}
	})
}
