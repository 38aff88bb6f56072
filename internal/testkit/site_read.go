package testkit

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Captured makes a site of captured exchanges: calls.tsv in fsys names each
// file with its method and request target, and a file holds one response as it
// came over the wire. Exchanges with request headers of their own and HEAD
// requests are left out, since the site answers those by itself. A folder is a
// state of the site, except variants/, which holds single answers: Exchange
// reads one.
func Captured(fsys fs.FS) (*Site, error) {
	calls, err := Calls(fsys)
	if err != nil {
		return nil, err
	}
	site := NewSite()
	for _, call := range calls {
		state := strings.TrimPrefix(path.Dir(call.File), ".")
		if call.Method != http.MethodGet || len(call.Header) > 0 || state == "variants" {
			continue
		}
		if err := site.PutExchange(fsys, call.File, state, call.Target); err != nil {
			return nil, err
		}
	}
	return site, nil
}

// PutExchange puts the response captured in file at a target in a state.
func (s *Site) PutExchange(fsys fs.FS, file, state, target string) error {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return fmt.Errorf("read captured exchange: %w", err)
	}
	p, err := readPage(raw)
	if err != nil {
		return fmt.Errorf("read captured exchange %s: %w", file, err)
	}
	s.put(state, target, p)
	return nil
}

// Call is one row of calls.tsv.
type Call struct {
	File   string
	Method string
	Target string
	Header http.Header // of the request, beyond the usual
}

// Calls reads calls.tsv.
func Calls(fsys fs.FS) ([]Call, error) {
	table, err := fs.ReadFile(fsys, "calls.tsv")
	if err != nil {
		return nil, fmt.Errorf("read captured calls: %w", err)
	}
	var calls []Call
	for line := range strings.Lines(string(table)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) < 4 || cells[0] == "file" {
			continue
		}
		calls = append(calls, Call{cells[0], cells[1], cells[2], readHeader(cells[3])})
	}
	return calls, nil
}

func readHeader(cell string) http.Header {
	header := http.Header{}
	for field := range strings.SplitSeq(strings.TrimSuffix(cell, ";"), "; ") {
		if name, value, ok := strings.Cut(field, ": "); ok {
			header.Add(name, value)
		}
	}
	return header
}

// ParseSite makes a site of a txtar archive: one section for each address,
// named "https://host/path" or "/path", holding the literal HTTP response. A
// name may end in " @state"; without, the page is part of the first state.
func ParseSite(archive []byte) (*Site, error) {
	site := NewSite()
	for _, file := range txtar.Parse(archive).Files {
		address, state, _ := strings.Cut(file.Name, " @")
		p, err := readPage(file.Data)
		if err != nil {
			return nil, fmt.Errorf("read site, section %q: %w", file.Name, err)
		}
		site.put(state, strings.TrimSpace(address), p)
	}
	return site, nil
}

func readPage(raw []byte) (page, error) {
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return page{}, err
	}
	res.Header.Del("Connection") // of the captured hop, not of the page
	return page{res.StatusCode, res.Header, body}, nil
}
