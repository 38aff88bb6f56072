package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Verdict is what a spam filter thinks of a letter.
type Verdict struct {
	By     string   // the filter's command
	Points float64  // the fewer, the better
	Limit  float64  // from so many on it is spam
	Rules  []string // what it found, a line for each
}

// filter is a spam filter's command, and where it says what it thinks.
type filter struct {
	name  string
	args  []string
	score *regexp.Regexp // of its points and of the limit
	rule  *regexp.Regexp
}

// filters are those that Judge looks for: first the one that answers at once. None
// of them asks the network about the letter.
func filters() []filter {
	points := regexp.MustCompile(`(?m)(?:^X-Spam-Status: .*score=|^Content analysis details:\s+\()(-?[\d.]+)(?: required=| points, )([\d.]+)`)
	rules := regexp.MustCompile(`(?m)^ *-?\d+\.\d +[A-Z][A-Z\d_]+ .*$`)
	return []filter{
		{"spamc", []string{"-x", "-R"}, points, rules}, // where its spamd is stands in spamc.conf
		{"spamassassin", []string{"--test-mode", "--local"}, points, rules},
		{"rspamc", []string{"symbols"}, regexp.MustCompile(`(?m)^Score: (-?[\d.]+) / ([\d.]+)`), regexp.MustCompile(`(?m)^Symbol: .*$`)},
	}
}

// Judge asks the spam filter of this machine what it thinks of a letter. Without one
// it is domain.ErrNotFound; a filter whose service is down is as if it were not there.
func Judge(ctx context.Context, letter []byte) (Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v, err := Verdict{}, fmt.Errorf("spam filter: %w on this machine: install SpamAssassin or rspamd", domain.ErrNotFound)
	for _, by := range filters() {
		path, missing := exec.LookPath(by.name)
		if missing != nil {
			continue
		}
		if v, err = by.judge(ctx, path, letter); err == nil {
			break
		}
	}
	return v, err
}

func (by filter) judge(ctx context.Context, path string, letter []byte) (Verdict, error) {
	v := Verdict{By: by.name}
	cmd := exec.CommandContext(ctx, path, by.args...) //nolint:gosec // one of filters, where the system has it
	cmd.Stdin = bytes.NewReader(letter)
	cmd.WaitDelay = time.Second // what it started may hold its output open
	said, err := cmd.Output()
	found := by.score.FindAllSubmatchIndex(said, -1)
	if len(found) == 0 {
		return v, errors.Join(fmt.Errorf("%s: its answer holds no score", by.name), err)
	}
	last := found[len(found)-1]                                         // the letter may quote one
	v.Points, _ = strconv.ParseFloat(string(said[last[2]:last[3]]), 64) // the expression admits nothing else that matters
	v.Limit, _ = strconv.ParseFloat(string(said[last[4]:last[5]]), 64)
	for _, line := range by.rule.FindAll(said[last[1]:], -1) {
		v.Rules = append(v.Rules, strings.Join(strings.Fields(string(line)), " "))
	}
	return v, nil
}
