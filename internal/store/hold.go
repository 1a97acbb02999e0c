package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
)

// Holder is the door of those who work in a store together and must keep others out meanwhile.
type Holder interface {
	// Hold marks prefix as held by one more member of a group, under a key of its own, until release
	// is called or the process ends, however it ends. The members of a group hold together; while
	// others do, the error is a *HeldError with their notes. An object stands under the key for as long
	// as it holds, and longer when the process was killed: until the next one comes. The group is one
	// segment of a key without dots.
	Hold(ctx context.Context, prefix, group string, note []byte) (key string, release func(), err error)
}

// HeldError says that another group holds what Hold was asked for.
type HeldError struct {
	Notes [][]byte // of its living members; none when somebody is just coming
}

func (e *HeldError) Error() string { return fmt.Sprintf("held by %d others", len(e.Notes)) }

// holdKey makes the key of a new member: the group, a dot, and what no other member has.
func holdKey(prefix, group string) (string, error) {
	if group == "" || strings.ContainsAny(group, "./") {
		return "", fmt.Errorf("bad group %q", group)
	}
	var r [9]byte
	_, _ = rand.Read(r[:])
	key := prefix + "/" + group + "." + hex.EncodeToString(r[:])
	return key, CheckKey(key)
}

// groupOf returns the group that a member's name tells, false for a name that is none.
func groupOf(name string) (string, bool) {
	group, member, ok := strings.Cut(name, ".")
	return group, ok && group != "" && member != ""
}
