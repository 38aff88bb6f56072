package dkim_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"testing"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"marquee/internal/dkim"
)

// records are the published keys of the tests.
func records(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, key := range []dkim.Key{rsaKey(t), ed25519Key(t)} {
		name, value, err := dkim.Record(sdid, key)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = value
	}
	return all
}

func TestVerifiedByGoMsgauth(t *testing.T) {
	t.Parallel()
	published := records(t)
	lookup := func(name string) ([]string, error) { return []string{published[name]}, nil }
	for _, s := range samples(t) {
		found, err := msgauth.VerifyWithOptions(bytes.NewReader(s.text), &msgauth.VerifyOptions{LookupTXT: lookup})
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		var valid []bool
		for _, v := range found {
			valid = append(valid, v.Err == nil && v.Domain == sdid)
		}
		if !slices.Equal(valid, s.want) {
			t.Errorf("%s: signatures are valid: %v, want %v\n%.2000s", s.name, valid, s.want, s.text)
		}
	}
}

func TestVerifiedByDkimpy(t *testing.T) {
	t.Parallel()
	python := dkimpy(t)
	type text struct {
		Text       []byte `json:"text"`
		Signatures int    `json:"signatures"`
	}
	given := struct {
		Records map[string]string `json:"records"`
		Letters []text            `json:"letters"`
	}{Records: records(t)}
	all := samples(t)
	for _, s := range all {
		given.Letters = append(given.Letters, text{s.text, len(s.want)})
	}
	in, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	cmd := exec.CommandContext(t.Context(), python, "testdata/verify.py")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.Bytes())
	}
	var valid [][]bool
	if err := json.Unmarshal(out, &valid); err != nil || len(valid) != len(all) {
		t.Fatalf("%d verdicts for %d letters: %v", len(valid), len(all), err)
	}
	for i, s := range all {
		if !slices.Equal(valid[i], s.want) {
			t.Errorf("%s: signatures are valid: %v, want %v\n%.2000s", s.name, valid[i], s.want, s.text)
		}
	}
}

// dkimpy is a Python that has the packages python3-dkim and python3-nacl. Debian's
// is asked first: another in the path does not see them.
func dkimpy(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import dkim, nacl").Run() == nil {
			return python
		}
	}
	t.Skip("needs Debian's python3-dkim and python3-nacl")
	return ""
}
