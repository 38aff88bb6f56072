package faults

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// disk is a file system of its own below a directory.
type disk struct {
	dir   string
	image string // the medium; empty for one in memory
}

// run runs one of the system's programs.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// mountable skips a test where nothing can be mounted, and fails it where CI
// promises that it can.
func mountable(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 && os.Getenv("CI") != "true" {
		t.Skip("only root can mount a file system")
	}
}

// newMemory is a small file system in memory.
func newMemory(t *testing.T, size string) *disk {
	t.Helper()
	mountable(t)
	d := &disk{dir: t.TempDir()}
	run(t, "mount", "-t", "tmpfs", "-o", "mode=0700,size="+size, "tmpfs", d.dir)
	t.Cleanup(d.unmount)
	return d
}

// newMedium is a file system on a medium of its own, which holds only what was
// synced to it: nothing is written back for a while without being asked for.
func newMedium(t *testing.T) *disk {
	t.Helper()
	mountable(t)
	d := &disk{dir: filepath.Join(t.TempDir(), "disk"), image: filepath.Join(t.TempDir(), "medium")}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	run(t, "truncate", "--size=64M", d.image)
	run(t, "mkfs.ext4", "-q", d.image)
	d.mount(t)
	t.Cleanup(d.unmount)
	return d
}

func (d *disk) mount(t *testing.T) {
	t.Helper()
	run(t, "mount", "-o", "loop,commit=600", d.image, d.dir)
}

// unmount gives up on a file system; what was not synced is written back, to a
// medium that nobody looks at any more.
func (d *disk) unmount() { _ = syscall.Unmount(d.dir, syscall.MNT_DETACH) }

// sync writes all back to the medium.
func (d *disk) sync(t *testing.T) {
	t.Helper()
	run(t, "sync", "--file-system", d.dir)
}

// losePower takes the medium as it is at an instant, and what works on it ends.
// The program is stopped first, so that nothing is synced while the medium is
// copied.
func (d *disk) losePower(t *testing.T, p *process) {
	t.Helper()
	if p != nil {
		p.freeze(t)
	}
	left := filepath.Join(t.TempDir(), "medium")
	run(t, "cp", "--sparse=always", d.image, left)
	if p != nil {
		p.kill()
	}
	run(t, "umount", d.dir)
	if err := os.Remove(d.image); err != nil {
		t.Fatal(err)
	}
	d.image = left
	d.mount(t)
}

// fill writes until there is no room left, and returns what makes room again.
func (d *disk) fill(t *testing.T) (free func()) {
	t.Helper()
	ballast := filepath.Join(d.dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 64<<10); len(block) > 0; {
		_, err := f.Write(block)
		switch {
		case err == nil:
		case errors.Is(err, syscall.ENOSPC):
			block = block[:len(block)/2]
		default:
			t.Fatal(err)
		}
	}
	f.Close()
	return func() {
		if err := os.Remove(ballast); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}
