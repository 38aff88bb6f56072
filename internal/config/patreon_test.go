package config_test

import (
	"path/filepath"
	"testing"

	"marquee/internal/config"
)

// Each webhook has a secret of its own, and a file may hold them line by line.
func TestPatreonSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "hooks"), "one\ntwo\n")
	const text = `publication: {title: Lantern Screen, url: "https://lanternscreen.example"}
patreon: {token: "${TOKEN}", webhook_secrets_file: hooks}
rosters: {members: {kind: patreon, grace: 2d, schedule: "5 * * * *"}}
`
	cfg, err := config.Parse([]byte(text), filepath.Join(dir, "config.yaml"), anyVariable)
	if err != nil {
		t.Fatal(err)
	}
	p := cfg.Patreon
	if p.Token.Reveal() != "of-the-environment" || len(p.WebhookSecrets) != 2 || p.WebhookSecrets[1].Reveal() != "two" {
		t.Errorf("%d secrets", len(p.WebhookSecrets))
	}
	if r := cfg.Rosters[0]; r.Grace.Hours() != 48 || r.Syncs != 3 || r.Share != 20 || r.Schedule != "5 * * * *" {
		t.Errorf("roster %+v", r)
	}
}
