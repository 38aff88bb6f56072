package doctor

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sys/unix"

	"marquee/internal/clock"
)

// clock compares this machine's clock with that of a web server.
func (d *Doctor) clock(ctx context.Context) Report {
	if d.Site == "" {
		return nil
	}
	f := Finding{Exam: "clock", Of: "this machine", Level: OK, Says: "is right", Why: "Letters carry its date, and editions leave by it; none does while it is more than ten minutes off."}
	theirs, err := d.date(ctx)
	if err != nil {
		return Report{{Exam: f.Exam, Of: f.Of, Level: Unknown, Says: "could not be compared with that of " + d.Site + ": " + reason(err), Why: f.Why}}
	}
	switch off := d.Now().Sub(theirs).Abs(); {
	case off > clock.Tolerance:
		f.Level = Fault
	case off > 30*time.Second:
		f.Level = Warning
	default:
		return Report{f}
	}
	f.Says = fmt.Sprintf("is %s away from that of %s", d.Now().Sub(theirs).Abs().Round(time.Second), d.Site)
	f.Do, f.Paste = "Let the system set it:", "timedatectl set-ntp true"
	return Report{f}
}

// date is what a web server takes the time for (RFC 9110 §6.6.1).
func (d *Doctor) date(ctx context.Context) (time.Time, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, d.Site, http.NoBody)
	if err != nil {
		return time.Time{}, err
	}
	resp, err := d.client().Do(req)
	if err != nil {
		return time.Time{}, err
	}
	defer resp.Body.Close()
	return http.ParseTime(resp.Header.Get("Date"))
}

const (
	lowSpace = 512 << 20 // bytes
	noSpace  = 64 << 20
)

// disk examines the room where the data is.
func (d *Doctor) disk(context.Context) Report {
	if d.Dir == "" {
		return nil
	}
	f := Finding{Exam: "disk", Of: d.Dir, Level: OK, Why: "What cannot be written down is not sent: an edition waits while the disk is full."}
	var is unix.Statfs_t
	if err := unix.Statfs(d.Dir, &is); err != nil {
		f.Level, f.Says = Unknown, "could not be measured: "+err.Error()
		return Report{f}
	}
	free := int64(is.Bavail) * is.Bsize //nolint:gosec // no disk is that large
	f.Says = fmt.Sprintf("has %d MB left", free>>20)
	switch {
	case free < noSpace:
		f.Level, f.Do = Fault, "Make room."
	case free < lowSpace:
		f.Level, f.Do = Warning, "Make room soon."
	}
	return Report{f}
}

const oldBackup = 8 * 24 * time.Hour

// backup examines how old the last one is.
func (d *Doctor) backup(context.Context) Report {
	f := Finding{
		Exam: "backup", Of: "the database", Level: OK,
		Why: "It knows who unsubscribed and what was sent: without it, people who left get letters again.",
		Do:  "Let a timer do this every night, and keep the file on another machine:", Paste: "marquee backup FILE",
	}
	switch age := d.Now().Sub(d.Backup); {
	case d.Backup.IsZero():
		f.Level, f.Says = Warning, "was never backed up with marquee backup"
	case age > oldBackup:
		f.Level, f.Says = Warning, fmt.Sprintf("was last backed up %d days ago", int(age.Hours()/24))
	default:
		f.Says, f.Do, f.Paste = "was backed up on "+d.Backup.UTC().Format("Monday, January 2"), "", ""
	}
	return Report{f}
}

// people is a number of them.
func people(n int) string {
	if n == 1 {
		return "1 patron"
	}
	return fmt.Sprintf("%d patrons", n)
}
