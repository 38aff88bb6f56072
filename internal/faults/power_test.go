package faults

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMedium makes sure that our power losses are some: what was synced is there
// afterwards, and what was only written is not.
func TestMedium(t *testing.T) {
	t.Parallel()
	d := newMedium(t)
	for name, sync := range map[string]bool{"written": false, "synced": true} {
		f, err := os.Create(filepath.Join(d.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(name); err != nil {
			t.Fatal(err)
		}
		if sync {
			err = f.Sync()
		}
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(filepath.Join(d.dir, "synced"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(" and written"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	d.losePower(t, nil)
	if text, err := os.ReadFile(filepath.Join(d.dir, "synced")); err != nil || string(text) != "synced" {
		t.Errorf("of what was synced there is %q, %v", text, err)
	}
	if text, err := os.ReadFile(filepath.Join(d.dir, "written")); len(text) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of what was only written there is %q, %v", text, err)
	}
}

// TestPowerLosses is fault F5: the machine goes dark again and again in the
// middle of an edition, and with it all that was not on the disk. It is as after
// kills.
func TestPowerLosses(t *testing.T) {
	t.Parallel()
	d := newMedium(t)
	w := newWitness(t, manners{offer: chunked})
	h := build(t, w, rules{dir: d.dir})
	d.sync(t)
	began := time.Now()
	losses := size().of(5, 30)
	var dark crashes
	p := h.start(t, "digest", "send", "weekly", "--at", slot)
	for range losses {
		letters, _ := w.count()
		w.wants(t, min(letters+1+h.patrons/(losses+1), h.patrons), p)
		d.losePower(t, p)
		dark.add(t, h)
		p = h.start(t, "run")
	}
	h.done(t, p)
	p.stop(t)
	repeats := h.settle(t, h.everybody(dark))
	h.got(t, address, all)
	t.Logf("%d people, %d power losses: %d repeated of %d in doubt, %s", h.patrons, losses, repeats, dark.unknown, since(began))
}
