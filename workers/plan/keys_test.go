package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"dataprep/stages"
)

// The digest was computed by a program of its own: SHA-256 over "dp1", "seal", "task1", "task2",
// each after its length in eight bytes, in base32, cut at 26 characters.
func TestADigestIsOverLengthsAndWords(t *testing.T) {
	if got := SealKey([]Task{{Key: "task1"}, {Key: "task2"}}); got != "pnm2qwp2mku23xyothjcmk7rxm" {
		t.Errorf("got %s", got)
	}
	a, b := newDigest("x"), newDigest("x")
	a.add("ab", "c")
	b.add("a", "bc")
	if a.key() == b.key() {
		t.Error("words run into each other")
	}
}

// phasesOf lists the codes of all phases and the keys of what they would do, decisions left out:
// they lie in the folder of their run.
func phasesOf(t *testing.T, b *Bound, splits []Split) (codes []string, keys [][]string) {
	t.Helper()
	p := compile(t, b, splits)
	for i := range p.Phases {
		codes = append(codes, p.Phases[i].Code)
	}
	_, tasks := seal(p, simple)
	last := len(tasks) - 1
	tasks[last] = slices.DeleteFunc(tasks[last], func(t Task) bool { return t.Part.Kind != PartShard })
	return codes, keysOf(tasks)
}

// firstChange is the first phase whose code differs, -1 when none does.
func firstChange(a, b []string) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}

// leaves calls change for each value below v, with its path; it is set back afterwards.
func leaves(v reflect.Value, path string, try func(path string)) {
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	set := func(x any) {
		v.Set(reflect.ValueOf(x).Convert(v.Type()))
		try(path)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := path + "." + f.Name
			if f.Tag.Get("key") == "-" {
				name += "(place)"
			}
			leaves(v.Field(i), name, try)
		}
	case reflect.Pointer:
		x := reflect.New(v.Type().Elem())
		v.Set(x)
		try(path)
		v.Set(old)
	case reflect.Slice:
		v.Set(reflect.Append(old, reflect.Zero(v.Type().Elem())))
		try(path)
		v.Set(old)
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		m.SetMapIndex(reflect.ValueOf("language"), reflect.ValueOf("bool"))
		v.Set(m)
		try(path)
		v.Set(old)
	case reflect.String:
		set(v.String() + "x")
	case reflect.Bool:
		set(!v.Bool())
	case reflect.Float64:
		set(v.Float() + 0.25)
	default:
		set(v.Int() + 1)
	}
}

func TestEveryConfigFieldButPlacesChangesTheKeysFromItsPhaseOn(t *testing.T) {
	b := mustBind(t, full)
	splits := splitsOf(b, 2)
	codes, keys := phasesOf(t, b, splits)
	phase := map[string]int{"long": 0, "exact": 0, "grade": 2, "near": 2, "shout": 6}
	tried := 0
	check := func(first int) func(string) {
		return func(path string) {
			tried++
			b.Refresh()
			now, nowKeys := phasesOf(t, b, splits)
			free := strings.HasSuffix(path, ".URI") || strings.HasSuffix(path, "(place)")
			want := first
			if free {
				want = -1
			}
			if got := firstChange(codes, now); got != want {
				t.Errorf("%s: the first phase with another code is %d, want %d", path, got, want)
			}
			for i := range keys {
				if same := slices.Equal(keys[i], nowKeys[i]); same != (free || i < first) {
					t.Errorf("%s: phase %d has the same keys: %v", path, i, same)
				}
			}
		}
	}
	for i := range b.Ops {
		config := b.Ops[i].Bound.Config.(*allConfig)
		config.Model.SHA256 = digestOf("model") // resolved, so that the address does not count
	}
	b.Refresh()
	codes, keys = phasesOf(t, b, splits)
	for i := range b.Ops {
		leaves(reflect.ValueOf(b.Ops[i].Bound.Config).Elem(), b.Ops[i].ID, check(phase[b.Ops[i].ID]))
	}
	leaves(reflect.ValueOf(b.Sink.Config).Elem(), "sink", check(7))
	if tried < 5*12 {
		t.Errorf("only %d fields were tried", tried)
	}
	b.Refresh()
	config := reflect.ValueOf(b.Inputs[0].Source.Config).Elem()
	leaves(config, "source", func(path string) {
		b.Refresh()
		now, nowKeys := phasesOf(t, b, splits)
		free := strings.HasSuffix(path, "(place)")
		if slices.Equal(keys[0], nowKeys[0]) != free || firstChange(codes, now) >= 0 {
			t.Errorf("%s: keys change: %v", path, free)
		}
	})
}

func TestNoResourceGateOrToleranceChangesAnyKeyOrTheRun(t *testing.T) {
	b := mustBind(t, full)
	splits := splitsOf(b, 2)
	codes, keys := phasesOf(t, b, splits)
	run := NewLock(b, splits).RunID()
	same := func(path string) {
		now, nowKeys := phasesOf(t, b, splits)
		if firstChange(codes, now) >= 0 || !reflect.DeepEqual(keys, nowKeys) {
			t.Errorf("%s changes keys", path)
		}
		if NewLock(b, splits).RunID() != run {
			t.Errorf("%s changes the run", path)
		}
	}
	tried := 0
	leaves(reflect.ValueOf(&b.Resources).Elem(), "resources", func(path string) { tried++; same(path) })
	leaves(reflect.ValueOf(&b.Errors).Elem(), "errors", func(path string) { tried++; same(path) })
	if tried < 8 {
		t.Errorf("only %d settings were tried", tried)
	}
	b.Folder = "elsewhere"
	same("folder")
	b.Expect = mustBind(t, full+"expect: [{kept: 1%..2%}]\n").Expect
	same("expect")
}

func TestTheShadowRateIsInTheKeysOfMaps(t *testing.T) {
	b := mustBind(t, full)
	codes, _ := phasesOf(t, b, splitsOf(b, 1))
	b.Record.Shadow = 0.5
	now, _ := phasesOf(t, b, splitsOf(b, 1))
	if firstChange(codes, now) != 0 {
		t.Error("ghosts are in frames, and the key does not say so")
	}
}

func TestNamesRevisionsOrderAndLibrariesAreInTheKeys(t *testing.T) {
	b := mustBind(t, full)
	splits := splitsOf(b, 1)
	codes, _ := phasesOf(t, b, splits)
	for name, c := range map[string]struct {
		change func(*Bound)
		first  int
	}{
		"revision of a stage":     {func(b *Bound) { b.Ops[2].Bound.Rev++ }, 2},
		"revision of an exchange": {func(b *Bound) { b.Ops[1].Bound.Rev++ }, 0},
		"revision of the sink":    {func(b *Bound) { b.Sink.Rev++ }, 7},
		"the sink of decisions":   {func(b *Bound) { b.Decisions.Rev++ }, 7},
		"name of the pipeline":    {func(b *Bound) { b.Name = "other" }, 7},
		"id of a stage":           {func(b *Bound) { b.Ops[4].ID = "louder" }, 6},
		"order":                   {func(b *Bound) { b.Ops[0].Ordinal = 9 }, 0},
	} {
		other := mustBind(t, full)
		c.change(other)
		now, _ := phasesOf(t, other, splits)
		if got := firstChange(codes, now); got != c.first {
			t.Errorf("%s: the first phase with another code is %d, want %d", name, got, c.first)
		}
	}
	lock := NewLock(b, splits)
	lock.Modules[0].Version = "v99.0.0"
	p, err := Compile(b, lock, splits)
	if err != nil {
		t.Fatal(err)
	}
	if p.Phases[0].Code == codes[0] {
		t.Error("the upgrade of a library would mix its bytes with those of the old one")
	}
}

func TestInputsAreKnownByContentPathAndNameNotByPlaceOrOrder(t *testing.T) {
	b := mustBind(t, full)
	splits := splitsOf(b, 2)
	key := func(b *Bound, splits []Split, i int) string { return compile(t, b, splits).Expand(0, nil)[i].Key }
	want := key(b, splits, 1)
	for name, c := range map[string]struct {
		change func(*Split)
		same   bool
	}{
		"address":   {func(s *Split) { s.File.URI = "/elsewhere/a.txt" }, true},
		"content":   {func(s *Split) { s.File.SHA256 = digestOf("other") }, false},
		"path":      {func(s *Split) { s.File.Path = "part/z.txt" }, false},
		"beginning": {func(s *Split) { s.Start++ }, false},
		"end":       {func(s *Split) { s.End++ }, false},
	} {
		other := slices.Clone(splits)
		c.change(&other[1])
		if got := key(b, other, 1); (got == want) != c.same {
			t.Errorf("another %s: the key is the same: %v", name, got == want)
		}
	}
	for name, c := range map[string]struct {
		change func(*Input)
		same   bool
	}{
		"id":       {func(i *Input) { i.Origin.ID = "other" }, true},
		"source":   {func(i *Input) { i.Origin.Source = "other" }, false},
		"dump":     {func(i *Input) { i.Origin.Dump = "other" }, false},
		"revision": {func(i *Input) { i.Source.Rev++ }, false},
		"reader":   {func(i *Input) { i.Source.Name = "other" }, false},
	} {
		other := mustBind(t, full)
		c.change(&other.Inputs[0])
		if got := key(other, splits, 1); (got == want) != c.same {
			t.Errorf("another %s: the key is the same: %v", name, got == want)
		}
	}
}

func TestANewFileLeavesTheKeysOfTheOthersAlone(t *testing.T) {
	b := mustBind(t, full)
	all := splitsOf(b, 3)
	few, _ := phasesOf(t, b, all[2:])
	many, keys := phasesOf(t, b, all)
	if firstChange(few, many) >= 0 {
		t.Error("the number of files is in the code")
	}
	_, fewKeys := phasesOf(t, b, all[2:])
	if !slices.Equal(keys[0][2:], fewKeys[0]) {
		t.Error("a file in front changes the keys of those behind it")
	}
	if slices.Equal(keys[1], fewKeys[1]) {
		t.Error("a reduce over other shards has the same key")
	}
	// As long as a shard's verdicts are the same, its apply is too, whatever its ordinal is now.
	verdicts := func(f *Phase, task *Task) Result {
		r := simple(f, task)
		if out := r.Output(RoleRows); out != nil && f.Spread == stages.ByShard {
			out.Slices = nil
			for shard := range uint32(6) {
				out.Slices = append(out.Slices, Slice{Shard: shard, Rows: 1, SHA256: digestOf("no verdict")})
			}
		}
		return r
	}
	_, a := seal(compile(t, b, all), verdicts)
	_, c := seal(compile(t, b, all[2:]), verdicts)
	if got, want := keysOf(c)[2], keysOf(a)[2][2:]; !slices.Equal(got, want) {
		t.Errorf("applies behind a new file: %v, want %v", got, want)
	}
}

func TestTheSameBytesUpstreamCutTheWorkOffEarly(t *testing.T) {
	one := mustBind(t, full)
	two := mustBind(t, full, "stages.long.min_words=4") // no document has three words
	splits := splitsOf(one, 2)
	bytes := func(f *Phase, task *Task) Result {
		r := simple(f, task)
		if f.From < 0 {
			for i := range r.Outputs {
				r.Outputs[i].SHA256 = digestOf(task.Split.File.Path, toString(task.Split.Start), r.Outputs[i].Role)
			}
		}
		return r
	}
	_, a := seal(compile(t, one, splits), bytes)
	_, b := seal(compile(t, two, splits), bytes)
	ka, kb := keysOf(a), keysOf(b)
	for i := range ka[:len(ka)-1] {
		if same := slices.Equal(ka[i], kb[i]); same != (i > 0) {
			t.Errorf("phase %d is the same: %v", i, same)
		}
	}
	shards := func(tasks []Task) (keys []string) {
		for _, task := range tasks {
			if task.Part.Kind == PartShard {
				keys = append(keys, task.Key)
			}
		}
		return keys
	}
	if last := len(a) - 1; !slices.Equal(shards(a[last]), shards(b[last])) {
		t.Error("shards of the same bytes are written again")
	}
}

func toString(n int64) string { return string(rune('0' + n%10)) }

func TestDecisionsBelongToTheirRunAndShardsDoNot(t *testing.T) {
	b := mustBind(t, full)
	splits := splitsOf(b, 1)
	p := compile(t, b, splits)
	other := mustBind(t, full)
	other.Inputs[0].Origin.ID = "renamed" // another lock, so another run; not another byte
	q := compile(t, other, splits)
	if p.Run == q.Run {
		t.Fatal("the run is the same")
	}
	_, a := seal(p, simple)
	_, c := seal(q, simple)
	last := len(a) - 1
	for k, task := range a[last] {
		if same := task.Key == c[last][k].Key; same != (task.Part.Kind == PartShard) {
			t.Errorf("%s has the same key: %v", task.Part.Kind, same)
		}
	}
}
