package yamlfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"marquee/internal/yamlfile"
)

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	type holder struct {
		Shown  yamlfile.Secret
		hidden yamlfile.Secret
		list   []yamlfile.Secret
	}
	s := yamlfile.NewSecret("hunter2")
	h := holder{Shown: s, hidden: s, list: []yamlfile.Secret{s}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%c", "%U", "%e", "%p", "%T", "%o", "%10v", "%!"} {
		for _, value := range []any{s, &s, h, &h, []yamlfile.Secret{s}, map[string]yamlfile.Secret{"k": s}, s.String(), s.GoString()} {
			checkHidden(t, verb, fmt.Sprintf(verb, value))
		}
	}
	if got := fmt.Sprintf("%v %d %+v", s, s, s); got != "<secret> <secret> <secret>" {
		t.Errorf("prints as %s", got)
	}
}

// checkHidden looks for the secret, also in hexadecimal.
func checkHidden(t *testing.T, how, printed string) {
	t.Helper()
	lower := strings.ToLower(printed)
	if strings.Contains(lower, "hunter2") || strings.Contains(lower, fmt.Sprintf("%x", "hunter2")) {
		t.Errorf("%s shows %s", how, printed)
	}
}

func TestSecretNeverEncodes(t *testing.T) {
	t.Parallel()
	s := yamlfile.NewSecret("hunter2")
	value := map[string]any{"a": s, "b": struct{ P yamlfile.Secret }{s}}
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("opened", "password", s, "all", value)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("opened", "password", s, "all", value)
	checkHidden(t, "slog", out.String())
	asJSON, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	checkHidden(t, "JSON", string(asJSON))
	asYAML, err := yaml.Dump(value)
	if err != nil {
		t.Fatal(err)
	}
	checkHidden(t, "YAML", string(asYAML))
	for _, encoded := range []string{out.String(), strings.ReplaceAll(string(asJSON), `\u003c`, "<"), string(asYAML)} {
		if !strings.Contains(encoded, "<secret") {
			t.Errorf("does not say that there is a secret: %s", encoded)
		}
	}
}

func TestSecretValue(t *testing.T) {
	t.Parallel()
	var none yamlfile.Secret
	s := yamlfile.NewSecret("hunter2")
	if !none.IsZero() || none.Reveal() != "" || s.IsZero() || s.Reveal() != "hunter2" || !yamlfile.NewSecret("").IsZero() {
		t.Error("values are not kept")
	}
	if !s.Equal(yamlfile.NewSecret("hunter2")) || s.Equal(none) || !none.Equal(yamlfile.NewSecret("")) {
		t.Error("values are not compared")
	}
}
