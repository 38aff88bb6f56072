package demo

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// unpack writes the configuration and what it names, and returns its name.
func (d *demo) unpack() (string, error) {
	_, port, err := net.SplitHostPort(d.mail.Addr)
	if err != nil {
		return "", err
	}
	friday := d.friday()
	fill := strings.NewReplacer(
		"SITE", d.home, "LISTEN", d.web.Addr().String(), "SERVER", "http://"+d.web.Addr().String(),
		"SMTPPORT", port, "LEAVES", friday.In(time.UTC).AddDate(0, 0, 10).Format(time.DateOnly),
	)
	picks := filepath.Join("picks", friday.String()+".md")
	for from, to := range map[string]string{"config.yaml": "config.yaml", "members.csv": "members.csv", "picks/picks.md": picks} {
		text, err := fs.ReadFile(d.files, from)
		if err != nil {
			return "", err
		}
		file := filepath.Join(d.work, to)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, []byte(fill.Replace(string(text))), 0o600); err != nil {
			return "", err
		}
		morning := friday.In(d.zone).Add(8 * time.Hour) // when the critic saved it
		if err := os.Chtimes(file, morning, morning); err != nil {
			return "", err
		}
	}
	return filepath.Join(d.work, "config.yaml"), nil
}

// write puts feeds and mails where they were asked for.
func (d *demo) write(ctx context.Context) error {
	if d.Dir == "" {
		return nil
	}
	site, err := d.app.BuildSite(ctx, filepath.Join(d.Dir, "site"))
	if err != nil {
		return err
	}
	dir := filepath.Join(d.Dir, "mail")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	letters := d.inbox.all()
	for _, l := range letters {
		if err := os.WriteFile(filepath.Join(dir, l.file()), l.source, 0o600); err != nil {
			return err
		}
	}
	fmt.Fprintf(d.Out, "written    the site (%d files) and %d mails to %s\n", len(site.Files), len(letters), d.Dir)
	return nil
}
