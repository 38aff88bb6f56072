// Package browsertest looks at pages with Chromium, as people do who see them:
// on phones and desks, by day and by night, with the keyboard, and without
// scripts.
package browsertest
