package patron

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"marquee/internal/domain"
)

// Write shows a difference to the operator: counts first, then a line for each
// person who is added (+), removed (-) or changed (~), the first hundred of each,
// then what could not be used (!). It
// holds names and addresses, and is for the operator's own terminal only, which
// control signs in a name cannot reach.
func (d *Difference) Write(w io.Writer) error {
	var b strings.Builder
	if d.Undoes {
		fmt.Fprintf(&b, "%d to remove, %d to change back\n", len(d.Remove), len(d.Update))
	} else {
		d.writeHead(&b)
	}
	d.writeCounts(&b)
	list(&b, len(d.Remove), func(i int) string {
		return fmt.Sprintf("- %s: %s", person(&d.Remove[i]), standing(d.Remove[i].Audience))
	})
	list(&b, len(d.Add), func(i int) string {
		return fmt.Sprintf("+ %s: %s", person(&d.Add[i]), standing(d.Add[i].Audience))
	})
	list(&b, len(d.Update), func(i int) string {
		return fmt.Sprintf("~ %s: %s", person(&d.Update[i].Before), strings.Join(d.Update[i].changes(), ", "))
	})
	d.writeProblems(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// listed is how many people of a sort are named: nobody reads twenty thousand.
const listed = 100

// list writes a line for each of n people, and how many more there are.
func list(b *strings.Builder, n int, line func(int) string) {
	for i := range min(n, listed) {
		fmt.Fprintln(b, line(i))
	}
	if n > listed {
		fmt.Fprintf(b, "  and %d more\n", n-listed)
	}
}

func (d *Difference) writeHead(b *strings.Builder) {
	fmt.Fprintf(b, "%d to add, %d to change, %d unchanged\n", len(d.Add), len(d.Update), d.Unchanged)
}

// writeCounts tells of people and rows that change nothing.
func (d *Difference) writeCounts(b *strings.Builder) {
	for _, count := range []struct {
		text string
		n    int
	}{
		{"changed since, so left as they are", d.Changed},
		{"asked to be forgotten, so not brought back", d.Erased},
		{"not listed any more, or lower, but not for long enough to believe it", len(d.Missing)},
		{"without an address, so not brought", d.Unreachable},
		{"no patrons and never were here, so not brought", d.Strangers},
		{"with an address that another roster's patron has, so left alone", d.Elsewhere},
		{"rows that bring nobody", len(d.Skipped)},
		{"rows with a value that was not understood", rows(d.Noted)},
	} {
		if count.n > 0 {
			fmt.Fprintf(b, "%s: %d\n", count.text, count.n)
		}
	}
}

// rows is how many problems are about rows.
func rows(problems []Problem) int {
	n := 0
	for _, p := range problems {
		if p.Line > 0 {
			n++
		}
	}
	return n
}

func (d *Difference) writeProblems(b *strings.Builder) {
	for _, tier := range d.UnknownTiers {
		fmt.Fprintf(b, "! %s\n", unconfigured(tier))
	}
	for _, p := range slices.Concat(d.Skipped, d.Noted) {
		if p.Line > 0 {
			fmt.Fprintf(b, "! line %d: %s\n", p.Line, p.Reason)
		} else {
			fmt.Fprintf(b, "! %s\n", p.Reason)
		}
	}
}

func unconfigured(tier string) string {
	return fmt.Sprintf("tier %q is not configured: people with it count by what they pay", tier)
}

// Remarks are what the operator should know of the roster as a whole. They hold
// nothing of any person.
func (d *Difference) Remarks() []string {
	var all []string
	for _, tier := range d.UnknownTiers {
		all = append(all, unconfigured(tier))
	}
	for _, p := range slices.Concat(d.Skipped, d.Noted) {
		if p.Line == 0 {
			all = append(all, p.Reason)
		}
	}
	return all
}

// changes says what of a patron becomes what.
func (u *Update) changes() []string {
	var changes []string
	add := func(what, before, after string) {
		if before != after {
			changes = append(changes, strings.TrimSpace(what+" "+orNone(before)+" → "+orNone(after)))
		}
	}
	add("", standing(u.Before.Audience), standing(u.After.Audience))
	add("address", printable(u.Before.Email), printable(u.After.Email))
	add("name", printable(u.Before.Name), printable(u.After.Name))
	add("id", printable(u.Before.External), printable(u.After.External))
	add("roster", u.Before.Roster, u.After.Roster)
	add("since", day(&u.Before), day(&u.After))
	if len(changes) == 0 {
		changes = append(changes, "since another hour of the same day")
	}
	return changes
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func day(p *domain.Patron) string {
	if p.Since.IsZero() {
		return ""
	}
	return domain.DateOf(p.Since.UTC()).String()
}

// person is who a line is about.
func person(p *domain.Patron) string {
	if p.Name == "" {
		return printable(p.Email)
	}
	return printable(p.Name) + " <" + printable(p.Email) + ">"
}

func standing(a domain.Audience) string {
	if a.Tier == "" {
		return string(a.Standing)
	}
	return string(a.Standing) + " (" + printable(a.Tier) + ")"
}

// printable is a text without signs that would move a terminal's cursor or turn
// its writing around.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
