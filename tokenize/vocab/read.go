package vocab

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"

	"github.com/pkoukk/tiktoken-go-loader/assets"
)

const (
	// GPT2Size is the number of ordinary tokens of GPT-2 (r50k_base).
	GPT2Size = 50256
	// GPT2EndOfText is the id of GPT-2's only special token, <|endoftext|>. No text encodes to it:
	// it is appended between documents, and its name inside a text is ordinary characters.
	GPT2EndOfText int32 = 50256

	maxLine = 1 << 16   // bytes of one line; the longest token of o200k_base takes 175
	maxFile = 256 << 20 // bytes of a file; o200k_base has 3.6 MB
)

// GPT2 builds the vocabulary of GPT-2 from the ranks compiled into the program (r50k_base, MIT
// license; SHA-256 306cd27f…). It takes about 30 ms (BenchmarkGPT2)
// and 3 MB, most of it 108,299 pairs in 2 MiB: build it once and share it.
func GPT2() (*Vocab, error) {
	file, err := assets.Assets.ReadFile("r50k_base.tiktoken")
	if err != nil {
		return nil, fmt.Errorf("open the built-in r50k_base ranks: %w", err)
	}
	v, err := Read(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("built-in r50k_base ranks: %w", err)
	}
	if v.Len() != GPT2Size {
		return nil, fmt.Errorf("built-in r50k_base ranks: %d tokens, want %d", v.Len(), GPT2Size)
	}
	return v, nil
}

// Read builds a vocabulary from a .tiktoken file: one "base64 rank" a line, in any order, ranks
// 0..n-1 without gaps. Empty lines are skipped. Errors name the line or token at fault.
func Read(r io.Reader) (*Vocab, error) {
	ranked, err := readLines(r)
	if err != nil {
		return nil, err
	}
	v := &Vocab{ends: make([]uint32, 0, len(ranked.ids))}
	for rank, entry := range ranked.byRank() {
		if entry < 0 {
			return nil, fmt.Errorf("read ranks: no token has rank %d of %d", rank, len(ranked.ids))
		}
		v.arena = append(v.arena, ranked.token(entry)...)
		v.ends = append(v.ends, uint32(len(v.arena)))
	}
	if err := v.index(); err != nil {
		return nil, fmt.Errorf("read ranks: %w", err)
	}
	return v, nil
}

// lines are the entries of a ranks file in file order.
type lines struct {
	arena []byte
	ends  []int
	ids   []int
}

func (l *lines) token(i int) []byte {
	if i == 0 {
		return l.arena[:l.ends[0]]
	}
	return l.arena[l.ends[i-1]:l.ends[i]]
}

// byRank returns the entry of each rank, -1 where there is none: then some rank is out of range or
// taken twice.
func (l *lines) byRank() []int {
	order := make([]int, len(l.ids))
	for i := range order {
		order[i] = -1
	}
	for entry, id := range l.ids {
		if id < len(order) {
			order[id] = entry
		}
	}
	return order
}

// readLines parses a ranks file and checks each line by itself.
func readLines(r io.Reader) (*lines, error) {
	l := &lines{}
	limited := &io.LimitedReader{R: r, N: maxFile + 1}
	s := bufio.NewScanner(limited)
	s.Buffer(nil, maxLine)
	number := 0
	for s.Scan() {
		number++
		if len(s.Bytes()) == 0 {
			continue
		}
		if err := l.add(s.Bytes()); err != nil {
			return nil, fmt.Errorf("read ranks: line %d: %w", number, err)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("read ranks: after line %d: %w", number, err)
	}
	if limited.N == 0 {
		return nil, fmt.Errorf("read ranks: more than %d bytes", maxFile)
	}
	return l, nil
}

// add parses one line.
func (l *lines) add(line []byte) error {
	code, digits, ok := bytes.Cut(line, []byte{' '})
	if !ok || len(code) == 0 {
		return fmt.Errorf("want a token in base64, a space and a rank, got %q", line)
	}
	arena, err := base64.StdEncoding.AppendDecode(l.arena, code)
	if err != nil {
		return fmt.Errorf("token %q: %w", code, err)
	}
	id, err := strconv.ParseUint(string(digits), 10, idBits)
	if err != nil {
		return fmt.Errorf("rank of token %q: %w", code, err)
	}
	if len(l.ids) == maxSize {
		return fmt.Errorf("more than %d tokens", maxSize)
	}
	l.arena, l.ends, l.ids = arena, append(l.ends, len(arena)), append(l.ids, int(id))
	return nil
}
