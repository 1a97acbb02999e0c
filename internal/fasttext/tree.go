package fasttext

import "fmt"

// maxCount is the count of a node that does not exist yet; real counts lie below it.
const maxCount = 1_000_000_000_000_000

// maxDepth bounds the tree. Counts that came from a text give less than 80; a file with made-up
// counts could give a chain as long as it has labels.
const maxDepth = 1024

// tree is the Huffman tree of hierarchical softmax. Nodes 0 to leaves-1 are labels, the others
// inner nodes, whose classifier is output row node-leaves; the root comes last.
type tree struct {
	leaves      int32
	parent      []int32
	left, right []int32 // of inner node leaves+i
}

// build makes the tree from the label counts, which model files list in falling order. Ties are
// broken as the reference breaks them: an inner node goes before a leaf of the same count.
func (t *tree) build(counts []int64) error {
	n := int32(len(counts))
	total := make([]int64, 2*n-1)
	for i := range total {
		total[i] = maxCount
	}
	for i, c := range counts {
		if c < 0 || c >= maxCount {
			return fmt.Errorf("%w: label %d has count %d", ErrFormat, i, c)
		}
		total[i] = c
	}
	t.leaves = n
	t.parent = make([]int32, 2*n-1)
	t.left = make([]int32, n-1)
	t.right = make([]int32, n-1)
	leaf, node := n-1, n
	smallest := func() int32 {
		if leaf >= 0 && total[leaf] < total[node] {
			leaf--
			return leaf + 1
		}
		node++
		return node - 1
	}
	for i := n; i < 2*n-1; i++ {
		l := smallest()
		r := smallest()
		t.left[i-n], t.right[i-n] = l, r
		t.parent[l], t.parent[r] = i, i
		total[i] = total[l] + total[r]
	}
	t.parent[t.root()] = -1
	return t.checkDepth()
}

// checkDepth walks from the root down: parents have higher numbers than their children.
func (t *tree) checkDepth() error {
	depth := make([]int32, t.root()+1)
	for i := t.root() - 1; i >= 0; i-- {
		depth[i] = depth[t.parent[i]] + 1
		if depth[i] > maxDepth {
			return fmt.Errorf("%w: label tree deeper than %d", ErrFormat, maxDepth)
		}
	}
	return nil
}

func (t *tree) root() int32 { return 2*t.leaves - 2 }
