package source

import "bytes"

// maxDepth is how deeply the values of a row may be nested.
const maxDepth = 1000

// kind is what a JSON value is.
type kind uint8

const (
	kindAbsent kind = iota
	kindNull
	kindString
	kindInt   // digits with or without a sign
	kindFloat // with a fraction or an exponent
	kindNaN   // NaN, Infinity and -Infinity, which are no JSON but what Python writes
	kindBool
	kindArray
	kindObject
)

var kindNames = [...]string{
	"missing", "null", "a string", "an integer", "a number with a fraction or an exponent",
	"no number (NaN or Infinity)", "a boolean", "a list", "an object",
}

// value is a JSON value in its line: data[from:to], of a string without its quotes.
type value struct {
	from, to int
	kind     kind
	escaped  bool // the string holds backslashes
}

// scanner checks one line of JSON and finds the wanted members of its object. It accepts what RFC
// 8259 allows and Python's NaN, Infinity and -Infinity; bytes that are no UTF-8 are let through. Of
// repeated names the last counts, as in Python and Go.
type scanner struct {
	data []byte
	pos  int
	name []byte // unescaped
}

// object scans line as one object and notes the values of the names in fields. It returns false
// when line is no JSON object; member, if not nil, sees every name.
func (s *scanner) object(line []byte, fields []field, values []value, member func([]byte)) bool {
	s.data, s.pos = line, 0
	clear(values)
	s.space()
	if !s.eat('{') {
		return false
	}
	s.space()
	if !s.eat('}') {
		for {
			if !s.member(fields, values, member) {
				return false
			}
			if s.eat(',') {
				s.space()
				continue
			}
			if !s.eat('}') {
				return false
			}
			break
		}
	}
	s.space()
	return s.pos == len(s.data)
}

// member scans `"name": value` with the space around it.
func (s *scanner) member(fields []field, values []value, seen func([]byte)) bool {
	name, ok := s.key()
	if !ok {
		return false
	}
	if seen != nil {
		seen(name)
	}
	s.space()
	v, ok := s.value(1)
	if !ok {
		return false
	}
	for i := range fields {
		if string(name) == fields[i].name {
			values[i] = v
		}
	}
	s.space()
	return true
}

// key scans a name and its colon.
func (s *scanner) key() ([]byte, bool) {
	if !s.eat('"') {
		return nil, false
	}
	v, ok := s.text()
	if !ok {
		return nil, false
	}
	name := s.data[v.from:v.to]
	if v.escaped {
		s.name = unescape(s.name[:0], name)
		name = s.name
	}
	s.space()
	return name, s.eat(':')
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

func (s *scanner) eat(c byte) bool {
	if s.pos < len(s.data) && s.data[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// value scans any value.
func (s *scanner) value(depth int) (value, bool) {
	if s.pos >= len(s.data) || depth > maxDepth {
		return value{}, false
	}
	switch c := s.data[s.pos]; c {
	case '"':
		s.pos++
		return s.text()
	case '{', '[':
		return s.nested(c, depth)
	case 't':
		return s.word("true", kindBool)
	case 'f':
		return s.word("false", kindBool)
	case 'n':
		return s.word("null", kindNull)
	case 'N':
		return s.word("NaN", kindNaN)
	case 'I':
		return s.word("Infinity", kindNaN)
	case '-':
		if s.pos+1 < len(s.data) && s.data[s.pos+1] == 'I' {
			return s.word("-Infinity", kindNaN)
		}
	}
	return s.number()
}

func (s *scanner) word(w string, k kind) (value, bool) {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		return value{}, false
	}
	s.pos += len(w)
	return value{from: s.pos - len(w), to: s.pos, kind: k}, true
}

// nested scans a list or an object that nobody wants the inside of.
func (s *scanner) nested(open byte, depth int) (value, bool) {
	v := value{from: s.pos, kind: kindArray}
	end := byte(']')
	if open == '{' {
		v.kind, end = kindObject, '}'
	}
	s.pos++
	s.space()
	for more := !s.eat(end); more; {
		if open == '{' {
			if _, ok := s.key(); !ok {
				return v, false
			}
			s.space()
		}
		if _, ok := s.value(depth + 1); !ok {
			return v, false
		}
		s.space()
		switch {
		case s.eat(','):
			s.space()
		case s.eat(end):
			more = false
		default:
			return v, false
		}
	}
	v.to = s.pos
	return v, true
}

// text scans a string behind its opening quote.
func (s *scanner) text() (value, bool) {
	v := value{from: s.pos, kind: kindString}
	for i := s.pos; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			v.to, s.pos = i, i+1
			return v, true
		case c < ' ':
			return v, false
		case c == '\\':
			v.escaped = true
			n := escapeLength(s.data[i:])
			if n == 0 {
				return v, false
			}
			i += n - 1
		}
	}
	return v, false
}

// number scans a number of RFC 8259.
func (s *scanner) number() (value, bool) {
	v := value{from: s.pos, kind: kindInt}
	s.eat('-')
	if !s.eat('0') && !s.digits() {
		return v, false
	}
	if s.eat('.') {
		v.kind = kindFloat
		if !s.digits() {
			return v, false
		}
	}
	if s.eat('e') || s.eat('E') {
		v.kind = kindFloat
		if !s.eat('+') {
			s.eat('-')
		}
		if !s.digits() {
			return v, false
		}
	}
	v.to = s.pos
	return v, true
}

// digits scans one or more digits.
func (s *scanner) digits() bool {
	from := s.pos
	for s.pos < len(s.data) && s.data[s.pos] >= '0' && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > from
}
