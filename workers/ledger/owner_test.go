package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"dataprep/internal/store"
)

func TestAnOutputBelongsToTheFirstThatClaimsIt(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		if err := l.CheckOwner(ctx, "mine"); err != nil || len(keys(t, s)) != 0 {
			t.Fatalf("%s: looking wrote or refused: %v", name, err)
		}
		for range 2 {
			if err := l.Claim(ctx, "mine"); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.CheckOwner(ctx, "mine"); err != nil {
			t.Error(err)
		}
		for what, err := range map[string]error{
			"claim": l.Claim(ctx, "yours"), "look": l.CheckOwner(ctx, "yours"),
		} {
			if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), `"mine"`) {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
}

func TestOneOfTheClaimantsOfAnEmptyFolderGetsIt(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		const racers = 8
		var got [racers]bool
		var wg sync.WaitGroup
		for i := range racers {
			wg.Go(func() {
				err := l.Claim(ctx, fmt.Sprint(i%4)) // two processes of each pipeline
				if err != nil && !errors.Is(err, ErrForeign) {
					t.Errorf("%s: %v", name, err)
				}
				got[i] = err == nil
			})
		}
		wg.Wait()
		owner, err := l.owner(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i] != (owner.Name == fmt.Sprint(i%4)) {
				t.Errorf("%s: it is %q's; claimant %d was told %v", name, owner.Name, i%4, got[i])
			}
		}
	}
}

func TestAForeignFolderIsNotTouched(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		l := &Ledger{Out: s}
		put(t, s, "thesis/chapter1.doc", []byte("years"))
		for _, err := range []error{l.Claim(ctx, "mine"), l.CheckOwner(ctx, "mine")} {
			if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "thesis") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := keys(t, s); !slices.Equal(got, []string{"thesis/chapter1.doc"}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAFolderWithNothingButOurOwnLeftoversCanBeClaimed(t *testing.T) {
	l := inMemory()
	put(t, l.Out, ".dataprep/inputs", nil)
	if err := l.Claim(context.Background(), "mine"); err != nil {
		t.Fatal(err)
	}
}

func TestALostReplyToAClaimIsResolvedByReading(t *testing.T) {
	for _, kind := range []store.Failure{store.LostRequest, store.LostReply} {
		l := inMemory(store.Fault{Op: store.OpCreate, Prefix: ownerKey, Kind: kind})
		if err := l.Claim(context.Background(), "mine"); err != nil {
			t.Error(err)
		}
		if err := l.CheckOwner(context.Background(), "mine"); err != nil {
			t.Error(err)
		}
	}
}

func TestADamagedOrNewerOwnerIsNobodysInvitation(t *testing.T) {
	ctx := context.Background()
	for body, want := range map[string]error{
		"":                            ErrCorrupt,
		`{"name":"mine"}`:             ErrCorrupt,
		`{"version":1,"name":`:        ErrCorrupt,
		`{"version":2,"name":["me"]}`: ErrVersion,
	} {
		l := inMemory()
		put(t, l.Out, ownerKey, []byte(body))
		for _, err := range []error{l.Claim(ctx, "mine"), l.CheckOwner(ctx, "mine")} {
			if !errors.Is(err, want) {
				t.Errorf("%q: %v", body, err)
			}
		}
	}
}
