package fasttext

import "slices"

// Score is a label and its probability: 0 to 1, or up to 1e-5 above it, as in the reference.
type Score struct {
	Label int
	Prob  float32
}

// branch remembers the two log probabilities of an inner node for the current text.
type branch struct {
	stamp       uint32
	left, right float32
}

// search is the state of one Top call. Scores are logarithms until the call returns.
type search struct {
	out   []Score
	base  int // scores below belong to the caller
	k     int
	all   bool // every label has a place: sort once instead of keeping order
	floor float32
}

// Top appends the at most k best labels of the text, best first, that reach threshold, and returns
// the longer slice. k <= 0 means all labels. The reference leaves out scores under about 1e-5 even
// for threshold 0 (unless softmax or logistic), and so does this.
func (p *Predictor) Top(dst []Score, k int, threshold float32) []Score {
	if p.inputs == 0 {
		return dst
	}
	p.search = search{out: dst, base: len(dst), k: k, floor: logPlus(max(threshold, 0))}
	p.search.all = k <= 0 || k >= p.m.Labels()
	if p.m.loss == lossHierarchical {
		p.descend(p.m.tree.root(), 0)
	} else {
		p.fill()
		for i, x := range p.output {
			if !(x < threshold) {
				p.search.offer(i, logPlus(x))
			}
		}
	}
	out := p.search.out
	p.search.out = nil
	if p.search.all {
		slices.SortFunc(out[len(dst):], better)
	}
	for i := len(dst); i < len(out); i++ {
		out[i].Prob = expScore(out[i].Prob)
	}
	return out
}

// Prob returns the probability of one label, the same that Top reports when the label is among
// its answers with threshold 0; 0 when Top would leave it out for being under 1e-5.
func (p *Predictor) Prob(label int) float32 {
	if p.inputs == 0 {
		return 0
	}
	if p.m.loss != lossHierarchical {
		p.fill()
		return expScore(logPlus(p.output[label]))
	}
	t := &p.m.tree
	p.path = p.path[:0]
	for node := int32(label); node >= 0; node = t.parent[node] {
		p.path = append(p.path, node)
	}
	floor := logPlus(0)
	score := float32(0)
	for i := len(p.path) - 1; i > 0; i-- {
		b := p.branch(p.path[i])
		if t.left[p.path[i]-t.leaves] == p.path[i-1] {
			score += b.left
		} else {
			score += b.right
		}
		if score < floor {
			return 0
		}
	}
	return expScore(score)
}

// better orders scores: higher first, equal ones by label.
func better(a, b Score) int {
	switch {
	case a.Prob > b.Prob:
		return -1
	case a.Prob < b.Prob:
		return 1
	}
	return a.Label - b.Label
}

// worst returns the score to beat once k labels are found.
func (s *search) worst() (float32, bool) {
	if s.all || len(s.out)-s.base < s.k {
		return 0, false
	}
	return s.out[len(s.out)-1].Prob, true
}

// offer puts a label in its place among the best k.
func (s *search) offer(label int, score float32) {
	if w, full := s.worst(); full {
		if last := s.out[len(s.out)-1].Label; score < w || score == w && label > last {
			return
		}
		s.out = s.out[:len(s.out)-1]
	}
	s.out = append(s.out, Score{label, score})
	if s.all {
		return
	}
	for i := len(s.out) - 1; i > s.base; i-- {
		if better(s.out[i-1], s.out[i]) < 0 {
			break
		}
		s.out[i-1], s.out[i] = s.out[i], s.out[i-1]
	}
}

// descend walks the tree below node in the reference's order, left before right, and leaves a
// subtree alone as soon as its score falls under the floor or the worst of k.
func (p *Predictor) descend(node int32, score float32) {
	if score < p.search.floor {
		return
	}
	if w, full := p.search.worst(); full && score < w {
		return
	}
	t := &p.m.tree
	if node < t.leaves {
		p.search.offer(int(node), score)
		return
	}
	b := *p.branch(node)
	p.descend(t.left[node-t.leaves], score+b.left)
	p.descend(t.right[node-t.leaves], score+b.right)
}

// branch computes an inner node once per text.
func (p *Predictor) branch(node int32) *branch {
	row := node - p.m.tree.leaves
	b := &p.branches[row]
	if b.stamp != p.stamp {
		f := logistic(p.m.output.dot(p.hidden, int(row)))
		*b = branch{p.stamp, logPlus(float32(1 - float64(f))), logPlus(f)}
	}
	return b
}

// fill computes the output layer of softmax and the logistic losses once per text.
func (p *Predictor) fill() {
	if p.filled {
		return
	}
	p.filled = true
	for i := range p.output {
		p.output[i] = p.m.output.dot(p.hidden, i)
	}
	if p.m.loss == lossSoftmax {
		softmax(p.output)
		return
	}
	for i, x := range p.output {
		p.output[i] = p.m.sigmoid(x)
	}
}

// softmax normalizes v in place; the sum runs from the first label to the last in float32.
func softmax(v []float32) {
	high := v[0]
	for _, x := range v {
		high = max(high, x)
	}
	var z float32
	for i, x := range v {
		e := float32(0)
		if x == high {
			e = 1 // also where both are infinite
		} else {
			e = float32(exp(float64(x - high)))
		}
		v[i] = e
		z += e
	}
	for i := range v {
		v[i] /= z
	}
}
