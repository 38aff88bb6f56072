// Package faults kills, stops, starves and cheats Marquee at work and counts
// what every patron got. It runs the real program as processes of their own, a
// mail server that remembers what it took as the witness, and real databases;
// nothing of it is linked into the program.
//
// In CI it runs small. `make faults` runs it at full size, 10,000 patrons and
// 200 kills among it, which takes five minutes. Where hours would have to pass,
// it runs the same program with shorter waits (program_test.go).
package faults
