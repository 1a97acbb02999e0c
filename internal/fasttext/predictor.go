package fasttext

// flushRows is how many input rows are gathered before they are summed: enough to keep the sums in
// registers, few enough that the rows are still in the first-level cache for the next columns.
const flushRows = 256

// Predictor is the scratch of one worker. Set gives it a text; Top and Prob answer for that
// text until the next Set. It must not be used by two goroutines at once.
type Predictor struct {
	m      *Model
	hidden []float32
	inputs int     // input rows that the text has
	rows   []int32 // gathered, not summed yet
	hashes []int32 // of every word, for word n-grams
	framed []byte
	recall recall

	branches []branch // by inner node of the tree; valid where its stamp is the current one
	stamp    uint32
	path     []int32
	output   []float32 // by label, for softmax and the logistic losses
	filled   bool
	search   search
}

// NewPredictor returns scratch for predictions by m.
func (m *Model) NewPredictor() *Predictor {
	p := &Predictor{
		m:      m,
		hidden: make([]float32, m.dim),
		rows:   make([]int32, 0, 2*flushRows),
		framed: make([]byte, 0, 256),
		recall: newRecall(),
	}
	if m.loss == lossHierarchical {
		p.branches = make([]branch, m.dict.labels-1)
	} else {
		p.output = make([]float32, m.dict.labels)
	}
	return p
}

// Set reads text and returns the number of model rows (words and n-grams) found in it. Zero means
// that the model knows nothing of the text and that there are no predictions. Text is one line to
// the model, closed by an end-of-line token as the Python binding does it: line feeds separate
// words like blanks. A literal "</s>" in text ends it early, as in the reference.
func (p *Predictor) Set(text []byte) int {
	clear(p.hidden)
	p.inputs, p.filled = 0, false
	p.rows, p.hashes = p.rows[:0], p.hashes[:0]
	p.nextStamp()
	p.words(text)
	p.wordNgrams()
	p.flush()
	if p.inputs == 0 {
		return 0
	}
	scale := float32(1 / float64(p.inputs))
	for i, x := range p.hidden {
		x = float32(x * scale)
		if x-x != 0 {
			p.inputs = 0 // the sum overflowed: no model that means something does that
			return 0
		}
		p.hidden[i] = x
	}
	return p.inputs
}

// nextStamp makes all remembered branches invalid.
func (p *Predictor) nextStamp() {
	p.stamp++
	if p.stamp == 0 {
		for i := range p.branches {
			p.branches[i].stamp = 0
		}
		p.stamp = 1
	}
}

// separates tells the bytes between words: ASCII white space and NUL, nothing of Unicode.
func separates(c byte) bool { return c == ' ' || c-9 < 5 || c == 0 }

// words feeds every token of text and the end-of-line token behind the last.
func (p *Predictor) words(text []byte) {
	for i := 0; i < len(text); {
		if separates(text[i]) {
			i++
			continue
		}
		start := i
		h := uint32(fnvBasis)
		for ; i < len(text) && !separates(text[i]); i++ {
			h = hashByte(h, text[i])
		}
		word := text[start:i]
		p.word(h, word)
		if len(word) == len(endOfLine) && string(word) == endOfLine {
			return
		}
	}
	p.framed = append(p.framed[:0], endOfLine...)
	p.word(hashBytes(p.framed), p.framed)
}

// word adds the rows of one token. Labels among the words are none of the text; neither are
// tokens that look like labels.
func (p *Predictor) word(h uint32, w []byte) {
	m := p.m
	id := m.dict.find(h, w)
	if id >= m.dict.words || id < 0 && isLabel(w) {
		return
	}
	switch {
	case id >= 0:
		p.add(m.dict.known(id))
	case string(w) != endOfLine && m.maxn > 0:
		p.unknown(h, w)
	}
	if m.wordNgrams > 1 {
		p.hashes = append(p.hashes, int32(h))
	}
}

func isLabel(w []byte) bool {
	return len(w) >= len(labelPrefix) && string(w[:len(labelPrefix)]) == labelPrefix
}

func (p *Predictor) add(rows []int32) {
	p.rows = append(p.rows, rows...)
	if len(p.rows) >= flushRows {
		p.flush()
	}
}

// unknown adds the n-grams of a word outside the vocabulary.
func (p *Predictor) unknown(h uint32, w []byte) {
	c := p.recall.slot(h)
	if c.holds(h, w) {
		p.add(c.row[:c.rows])
		return
	}
	have := len(p.rows)
	p.framed = append(append(append(p.framed[:0], '<'), w...), '>')
	p.rows = p.m.subwords(p.rows, p.framed)
	c.put(h, w, p.rows[have:])
	if len(p.rows) >= flushRows {
		p.flush()
	}
}

// wordNgrams adds the rows of runs of two and more words, after those of all single words. Hashes
// widen as signed numbers, again because the reference does.
func (p *Predictor) wordNgrams() {
	m := p.m
	if m.wordNgrams < 2 || m.bucket == 0 {
		return
	}
	for i, first := range p.hashes {
		h := uint64(int64(first))
		for _, next := range p.hashes[i+1 : min(i+int(m.wordNgrams), len(p.hashes))] {
			h = h*wordNgramPrime + uint64(int64(next))
			p.rows = m.prune.push(p.rows, uint32(h%uint64(m.bucket)), m.dict.words)
		}
		if len(p.rows) >= flushRows {
			p.flush()
		}
	}
}

// flush sums the gathered rows into the hidden layer.
func (p *Predictor) flush() {
	p.m.input.addRows(p.hidden, p.rows)
	p.inputs += len(p.rows)
	p.rows = p.rows[:0]
}
