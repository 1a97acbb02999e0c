package quality

// signals are what the score is made of; shares are of 1.
type signals struct {
	words      int     // with a letter or digit
	finished   float64 // share of bytes in lines that end like a sentence
	function   float64 // share of words that are English function words
	distinct   float64 // share of different words among the first 1,000
	marks      float64 // share of digits, punctuation and symbols in what is not space
	meanLength float64 // of words, in code points
}

// Weights of the signals in the score; they sum to 1. They are round numbers set once, after one
// look at how well each signal alone orders the DCLM labels: tuned on 160 documents, they would fit
// those 160 only.
const (
	weightLength   = 0.25
	weightFunction = 0.20
	weightFinished = 0.20
	weightMarks    = 0.15
	weightWords    = 0.10
	weightDistinct = 0.10
)

// halfLength is the number of words at which length earns half its weight.
const halfLength = 300

// score returns the weighted mean. Each signal runs from worthless (0) to as good as it gets (1)
// between two values that bound most web text.
func (s signals) score() float64 {
	if s.words == 0 {
		return 0
	}
	n := float64(s.words)
	total := float64(weightLength * float64(n/float64(n+halfLength)))
	total += float64(weightFunction * ramp(s.function, 0.2, 0.45))
	total += float64(weightFinished * ramp(s.finished, 0.3, 1))
	total += float64(weightMarks * ramp(s.marks, 0.12, 0.03))
	total += float64(weightWords * min(ramp(s.meanLength, 2.5, 4), ramp(s.meanLength, 7, 5.5)))
	total += float64(weightDistinct * ramp(s.distinct, 0.2, 0.4))
	return min(total, 1)
}

// ramp is 0 at from and beyond, 1 at to and beyond, straight between; from may be above to.
func ramp(x, from, to float64) float64 {
	return min(max(float64(x-from)/float64(to-from), 0), 1)
}

// functionWords are the English words that carry grammar rather than subject: articles, pronouns,
// prepositions, auxiliaries. None has more than eight letters, see pack.
const functionWords = `a about after all also an and any are as at be because been before being
between both but by can could did do does down each even for from had has have having he her here
him his how i if in into is it its just like made many may me might more most much must my no nor
not now of off on one only or other our out over own same she should so some still such than that
the their them then there these they this those through to too under until up upon us very was we
well were what when where which while who whom whose why will with within would yet you your`
