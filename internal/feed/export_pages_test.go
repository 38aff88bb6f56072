package feed

// Shelves is how many documents are kept.
func (p *Publisher) Shelves() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.shelves)
}
