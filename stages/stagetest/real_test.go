package stagetest_test

import (
	"testing"

	"dataprep/dedup"
	"dataprep/stages"
	"dataprep/stages/filter"
	"dataprep/stages/stagetest"
)

func TestReal(t *testing.T) {
	stagetest.Run(t, [][]stages.Entry{filter.Stages(), dedup.Stages()})
}
func TestRealKeys(t *testing.T) {
	stagetest.Keys(t, [][]stages.Entry{filter.Stages(), dedup.Stages()})
}
