package feed

// CutAt cuts a document as a publisher does.
func CutAt(body []byte, slot string) (*Cut, error) {
	p, err := newPress()
	if err != nil {
		return nil, err
	}
	return p.cut(body, slot)
}
