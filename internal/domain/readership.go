package domain

// Readership is how many people an audience has, and how letters reach them.
type Readership struct {
	Audience
	People  int
	Mailed  int // whom letters reach: they want them, and their address works
	Plain   int // of those, who wants text alone
	Missing int // whom their roster does not list, and who stay for now
}
