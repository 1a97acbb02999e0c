package configs

// Code is a row of the table of diagnostics: the stable number and its meaning in one line.
type Code struct{ ID, Meaning string }

// Numbers are never reused; DP112 and DP129 to DP132 are raised by those who know stages. DP2xx belong
// to the planner's checks across stages.
var codes = [...]Code{
	{"DP100", "the file cannot be read as text: too large, not UTF-8, or with control characters"},
	{"DP101", "${…} inside {…} or […] must be quoted"},
	{"DP102", "a tab is used as indentation"},
	{"DP103", "the YAML is malformed"},
	{"DP104", "an unknown key or parameter"},
	{"DP105", "the same key twice in one map"},
	{"DP106", "a value of the wrong type"},
	{"DP107", "a value outside its limits"},
	{"DP108", "a number written in a form that programs read differently"},
	{"DP109", "something required is missing or empty"},
	{"DP110", "a value that is not one of the allowed ones"},
	{"DP111", "a size, duration, ratio or range that cannot be read"},
	{"DP112", "a name that the chosen model or list does not have"},
	{"DP113", "a YAML feature that pipeline files do not use: anchors, tags, further documents, …"},
	{"DP114", "nested too deep, or more keys, values, blank lines or < than a pipeline has"},
	{"DP115", "a reference to something undefined"},
	{"DP116", "a malformed, circular or exploding reference"},
	{"DP117", "a secret where none can be taken, or one that cannot be read"},
	{"DP118", "known to the format, not supported by this version yet"},
	{"DP119", "a version of the file format that this program does not know"},
	{"DP120", "a name with characters it may not have"},
	{"DP121", "an input or output without exactly one kind"},
	{"DP122", "an item of stages that is not a name or a one-key map"},
	{"DP123", "an unknown stage"},
	{"DP124", "the same id twice"},
	{"DP125", "a --set expression that cannot be applied"},
	{"DP126", "settings that contradict each other"},
	{"DP127", "a secret written in clear"},
	{"DP128", "a digest or address of an artifact that cannot be read"},
	{"DP129", "a model, list or key that is not there, or that its stage cannot use"},
	{"DP130", "a stage needs a column that nothing before it writes"},
	{"DP131", "a stage writes a column that exists already"},
	{"DP132", "more stages that make documents of documents than one pipeline may have"},
	{"DP201", "a column that only some of the inputs bring"},
}

// Codes returns the table of this package's diagnostics, for the reference pages.
func Codes() []Code { return append([]Code(nil), codes[:]...) }
